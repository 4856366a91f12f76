import type { Log } from '@backplane/sdk';

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
