/**
 * How well a value fits a type, as pydantic's smart unions rank it: `exact` is of the type, `strict` fits without loss (an int where
 * a float is wanted, anything where `any` is), `lax` had to be converted.
 */
export const Exactness = { lax: 0, strict: 1, exact: 2 } as const;
export type Exactness = (typeof Exactness)[keyof typeof Exactness];

/** A value read as some type. */
export interface Fit {
  readonly value: unknown;
  readonly exactness: Exactness;
}

export const exact = (value: unknown): Fit => ({ value, exactness: Exactness.exact });
export const strict = (value: unknown): Fit => ({ value, exactness: Exactness.strict });
export const lax = (value: unknown): Fit => ({ value, exactness: Exactness.lax });
