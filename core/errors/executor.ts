import type { ErrorCatalogue } from '@backplane/sdk';

export const executorErrors = {} as const satisfies ErrorCatalogue;
