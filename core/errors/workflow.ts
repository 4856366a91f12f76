import type { ErrorCatalogue } from '@backplane/sdk';

export const workflowErrors = {} as const satisfies ErrorCatalogue;
