import { describeError } from './describe-error.ts';

const MOST_DEPTH = 4;
const MOST_ENTRIES = 100;
const MOST_TEXT = 10_000;

/** What `console.log` prints: strings as they are, the rest readable; `%s %d %i %f %j %o %O %c` in a first string are filled. */
export function formatArguments(args: readonly unknown[]): string {
  let rest = args;
  let text = '';
  if (typeof args[0] === 'string' && args.length > 1 && args[0].includes('%')) {
    let next = 1;
    text = args[0].replace(/%([sdifjoOc%])/g, (whole, sign: string) => {
      if (sign === '%') return '%';
      if (next >= args.length) return whole;
      const value = args[next++];
      if (sign === 'c') return '';
      if (sign === 's') return typeof value === 'string' ? value : formatValue(value);
      if (sign === 'd' || sign === 'f') return String(Number(value));
      return sign === 'i' ? String(Math.trunc(Number(value))) : formatValue(value);
    });
    rest = args.slice(next);
    if (rest.length > 0) text += ' ';
  }
  return text + rest.map((each) => (typeof each === 'string' ? each : formatValue(each))).join(' ');
}

/** One value, readable, bounded in depth and length. Never throws. */
export function formatValue(value: unknown): string {
  try {
    const text = show(value, 0, []);
    return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text;
  } catch {
    return '[cannot be shown]';
  }
}

function show(value: unknown, depth: number, above: readonly object[]): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > MOST_TEXT ? `${value.slice(0, MOST_TEXT)}…` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `[function ${value.name || 'anonymous'}]`;
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value);
  if (above.includes(value)) return '[circular]';
  if (value instanceof Error) return describeError(value).stack ?? describeError(value).message;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (value instanceof Promise) return '[promise]';
  if (depth >= MOST_DEPTH) return Array.isArray(value) ? '[array]' : '[object]';
  const inner = [...above, value];
  const nested = (each: unknown) => show(each, depth + 1, inner);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return list('[', Array.from(value as unknown[], nested), ']');
  if (value instanceof Set) return list('Set {', [...value].map(nested), '}');
  if (value instanceof Map)
    return list(
      'Map {',
      [...value].map(([key, each]) => `${nested(key)} => ${nested(each)}`),
      '}',
    );
  return list(
    '{',
    Object.keys(value).map((key) => `${key}: ${nested((value as Record<string, unknown>)[key])}`),
    '}',
  );
}

function list(open: string, entries: string[], close: string): string {
  const shown =
    entries.length > MOST_ENTRIES
      ? [...entries.slice(0, MOST_ENTRIES), `… ${entries.length - MOST_ENTRIES} more`]
      : entries;
  if (shown.length === 0) return open + close;
  const space = open === '[' ? '' : ' ';
  return `${open}${space}${shown.join(', ')}${space}${close}`;
}
