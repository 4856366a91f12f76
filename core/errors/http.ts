import type { ErrorCatalogue } from '@backplane/sdk';

export const httpErrors = {} as const satisfies ErrorCatalogue;
