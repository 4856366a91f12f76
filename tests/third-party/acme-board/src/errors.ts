import { defineErrors } from '@backplane/sdk';

export const errors = {
  ACME_BOARD_CARD_UNKNOWN: {
    status: 404,
    blame: 'input',
    retry: 'after-fix',
    message: ({ title }: { title: string }) => `There is no card "${title}".`,
    remedy: 'List the cards and take a title from there.',
  },
} as const;

export const raise = defineErrors(errors);
