import type { ErrorCatalogue } from '@backplane/sdk';

export const sandboxErrors = {} as const satisfies ErrorCatalogue;
