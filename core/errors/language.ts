import type { ErrorCatalogue } from '@backplane/sdk';

export const languageErrors = {} as const satisfies ErrorCatalogue;
