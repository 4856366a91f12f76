declare global {
  interface JSON {
    /** ECMAScript 2026; TypeScript's library does not know it yet. */
    rawJSON(text: string): unknown;
  }
}

const BRAND: unique symbol = Symbol.for('backplane.float') as never;

/**
 * A floating-point number whose value happens to be whole. JavaScript cannot tell `2` from `2.0`; the expression language can,
 * as Python does, so `2.0` travels boxed. Every other float is a plain number, and integers beyond 2^53 are `bigint`.
 */
export class Float {
  readonly [BRAND] = true;
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  static is(value: unknown): value is Float {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  valueOf(): number {
    return this.value;
  }

  /** From 1e16 on with an exponent: digits alone would be read back as an integer. */
  toJSON(): unknown {
    return JSON.rawJSON(
      Object.is(this.value, -0)
        ? '-0.0'
        : Math.abs(this.value) < 1e16
          ? `${this.value}.0`
          : this.value.toExponential().replace('+', ''),
    );
  }
}

/** The float with this value: boxed when whole, plain otherwise. */
export function float(value: number): number | Float {
  return Number.isInteger(value) ? new Float(value) : value;
}
