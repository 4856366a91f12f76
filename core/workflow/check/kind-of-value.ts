import { Float } from '@backplane/sdk';

/** A value of a YAML file in the words of its author, for "must be …, not …". */
export function kindOfValue(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return value.includes('${{') ? 'an expression' : 'text';
  if (typeof value === 'boolean') return `\`${value}\``;
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`;
  return Float.is(value) ? `the number ${value.value}` : 'a mapping';
}
