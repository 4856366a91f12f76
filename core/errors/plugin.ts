import type { ErrorCatalogue } from '@backplane/sdk';

export const pluginErrors = {} as const satisfies ErrorCatalogue;
