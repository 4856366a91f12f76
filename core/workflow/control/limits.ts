/** What a gather does with the errors of its streams. */
export const ERROR_STRATEGIES = ['partition', 'include', 'drop', 'raise'] as const;
export type ErrorStrategy = (typeof ERROR_STRATEGIES)[number];

/** No loop may ask for more. */
export const MAX_ITERATIONS = 2048;
export const DEFAULT_ITERATIONS = 100;
