import { defineErrors, type ErrorCatalogue } from '@backplane/sdk';

export const transformErrors = {
  TRANSFORM_JSON_INVALID: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { problem: string }) => `json is neither a map nor the JSON text of one: ${d.problem}.`,
    remedy: 'Give a map, or text such as {"a": 1}.',
  },
  TRANSFORM_TOO_DEEP: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { limit: number }) => `The value is nested more than ${d.limit} levels deep.`,
    remedy: 'Flatten a part of it.',
  },
  TRANSFORM_KEY_MISSING: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { key: string; index: number }) =>
      `Item ${d.index} has nothing at ${JSON.stringify(d.key)}, so it cannot be compared with the others.`,
    remedy: 'Deduplicate by keys that every item has, or filter the items first.',
  },
} as const satisfies ErrorCatalogue;

export const raise = defineErrors(transformErrors);
