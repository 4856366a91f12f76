import { Float } from '@backplane/sdk';
import { z } from 'zod';

export interface NumberLimits {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly integer?: boolean;
}

/** A number argument of an action with `exactNumbers`: whole floats and numerals in text count as numbers, as in lax validation. */
export function numberArgument({ minimum = -Infinity, maximum = Infinity, integer = false }: NumberLimits) {
  const wanted = integer ? 'a whole number' : 'a number';
  const range = { ...(minimum > -Infinity && { minimum }), ...(maximum < Infinity && { maximum }) };
  return z
    .unknown()
    .meta({ type: integer ? 'integer' : 'number', ...range })
    .transform((given, context) => {
      const value = plain(given);
      if (value !== undefined && (!integer || Number.isInteger(value)) && value >= minimum && value <= maximum)
        return value;
      const limits = Object.entries(range).map(([name, limit]) => `${name} ${limit}`);
      context.addIssue({ code: 'custom', message: [`expected ${wanted}`, ...limits].join(', ') });
      return z.NEVER;
    });
}

function plain(given: unknown): number | undefined {
  if (typeof given === 'number') return given;
  if (typeof given === 'bigint') return Number(given);
  if (Float.is(given)) return given.value;
  return typeof given === 'string' && /^\s*[+-]?\d+(\.\d+)?\s*$/.test(given) ? Number(given) : undefined;
}
