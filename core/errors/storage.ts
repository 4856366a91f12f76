import type { ErrorCatalogue } from '@backplane/sdk';

export const storageErrors = {} as const satisfies ErrorCatalogue;
