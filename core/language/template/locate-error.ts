import { BackplaneError } from '@backplane/sdk';

export type TemplatePath = readonly (string | number)[];

/**
 * Adds to a coded error where its expression stands: `details.at` (path of the string in the template), `details.offset`
 * (inside that string) and the expression's text. Errors that know their place already, and foreign ones, stay as they are.
 */
export function locateError(error: unknown, at: TemplatePath, offset: number, expression?: string): unknown {
  if (!BackplaneError.is(error) || error.facts.details?.['at'] !== undefined) return error;
  const { details } = error.facts;
  const inside = Number(details?.['offset'] ?? 0);
  const place = { at, offset: offset + inside, ...(expression === undefined ? {} : { expression: expression.trim() }) };
  return new BackplaneError(
    error.code,
    error.message,
    { ...error.facts, details: { ...details, ...place } },
    { cause: error },
  );
}
