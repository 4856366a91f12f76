import type { ErrorCatalogue } from '@backplane/sdk';

export const templateErrors = {} as const satisfies ErrorCatalogue;
