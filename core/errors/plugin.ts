import type { ErrorCatalogue } from '@backplane/sdk';
import { httpPortErrors } from './http-port.ts';

export const pluginErrors = { ...httpPortErrors } as const satisfies ErrorCatalogue;
