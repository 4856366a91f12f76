import type { ErrorCatalogue } from '@backplane/sdk';

export const configErrors = {} as const satisfies ErrorCatalogue;
