import { pythonTypeName } from './type-name.ts';

/** A value for an error message: its kind and size, never its content, which may be secret. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'string') return value === '' ? 'an empty str' : `a str of ${count(value.length, 'character')}`;
  if (Array.isArray(value)) return `a list of ${count(value.length, 'item')}`;
  const name = pythonTypeName(value);
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
