import { raise } from '../../errors/catalogue.ts';
import type { RequestView } from '../exchange/request-view.ts';
import type { FieldCondition } from '../model/field-condition.ts';

/** Compares a header or parameter. Throws GATEWAY_PATTERN_INVALID for a regular expression that is none. */
export function fieldTest({ name, test }: FieldCondition): (values: readonly string[]) => boolean {
  switch (test.is) {
    case 'present':
      return (values) => values.length > 0;
    case 'absent':
      return (values) => values.length === 0;
    case 'equal':
      return (values) => values.includes(test.to);
    case 'like': {
      const pattern = regularExpression(name, test.pattern);
      return (values) => values.some((value) => value.length <= LONGEST && pattern.test(value));
    }
    case 'ocelot':
      throw new TypeError('header templates of Ocelot give parameters and are compared elsewhere');
  }
}

/** Longer values are not searched: a pattern of the administrator may be slow. */
const LONGEST = 2_048;

function regularExpression(name: string, text: string): RegExp {
  try {
    return new RegExp(`^(?:${text})$`, 'u');
  } catch (cause) {
    throw raise.GATEWAY_PATTERN_INVALID({
      pattern: text,
      cause: `the condition on ${name} is no regular expression: ${(cause as Error).message}`,
    });
  }
}

export function headerValues(request: RequestView, name: string): readonly string[] {
  return request.headers.all(name);
}

export function queryValues({ rawQuery }: RequestView, name: string): readonly string[] {
  return rawQuery === '' ? [] : new URLSearchParams(rawQuery).getAll(name);
}
