import { raise } from '../../errors/catalogue.ts';
import { isFloat, isInteger } from '../values/integer.ts';
import { pythonStr } from '../values/render.ts';
import { isDate, isDateTime, isTime } from '../values/temporal-kind.ts';
import { pythonTypeName } from '../values/type-name.ts';
import type { Value } from '../values/value.ts';
import { formatFloat, formatInteger } from './format-number.ts';
import { type FormatSpec, parseSpec } from './format-spec.ts';
import { strftime } from './strftime.ts';

/** Python's `format(value, spec)`. @throws LANGUAGE_FORMAT */
export function formatValue(value: Value, spec: string): string {
  if (isDateTime(value) || isDate(value) || isTime(value))
    return spec === '' ? pythonStr(value) : strftime(value, spec);
  if (spec === '') return pythonStr(value);
  const parsed = parseSpec(spec);
  if (typeof value === 'string') return padded(formatString(value, parsed, spec), '', parsed, '<');
  if (!isInteger(value) && !isFloat(value))
    throw raise.LANGUAGE_FORMAT({ problem: `\`${spec}\` does not work on ${pythonTypeName(value)}` });
  const asInteger = isInteger(value) && !/[eEfFgG%]/.test(parsed.type);
  const { sign, digits } = asInteger ? formatInteger(BigInt(value), parsed) : formatFloat(Number(value), parsed);
  return padded(digits, sign, parsed, '>');
}

function formatString(value: string, { type, precision, sign, grouping }: FormatSpec, spec: string): string {
  if ((type !== '' && type !== 's') || sign !== '-' || grouping !== '') {
    throw raise.LANGUAGE_FORMAT({ problem: `\`${spec}\` does not work on str` });
  }
  return precision === undefined ? value : Array.from(value).slice(0, precision).join('');
}

function padded(
  body: string,
  sign: string,
  { fill, align, width, grouping }: FormatSpec,
  byDefault: '<' | '>',
): string {
  const missing = width - Array.from(sign + body).length;
  if (missing <= 0) return sign + body;
  switch (align ?? (fill === '0' && byDefault === '>' ? '=' : byDefault)) {
    case '<':
      return sign + body + fill.repeat(missing);
    case '^':
      return fill.repeat(Math.floor(missing / 2)) + sign + body + fill.repeat(Math.ceil(missing / 2));
    case '=':
      return (
        sign +
        (fill === '0' && grouping !== '' && /^\d/.test(body)
          ? groupedZeros(body, width - sign.length, grouping)
          : fill.repeat(missing) + body)
      );
    default:
      return fill.repeat(missing) + sign + body;
  }
}

/** Zero padding is grouped too: `format(1234, '010,')` is `01,234`-like with separators through the zeros. */
function groupedZeros(body: string, width: number, separator: string): string {
  const [, whole = '', rest = ''] = /^([\d,_]*)(.*)$/s.exec(body) ?? [];
  let digits = whole.replaceAll(separator, '');
  const grouped = () => digits.replace(/\B(?=(\d{3})+$)/g, separator);
  while (grouped().length + rest.length < width) digits = `0${digits}`;
  return grouped() + rest;
}
