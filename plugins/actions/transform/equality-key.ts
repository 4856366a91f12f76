import { Float, stringifyJson } from '@backplane/sdk';

/** Text that is the same for two values exactly when Python's `==` holds: `1`, `1.0` and `True` are equal, maps whatever their order. */
export function equalityKey(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (Float.is(value)) return numberKey(value.value);
  if (typeof value === 'number') return numberKey(value);
  if (Array.isArray(value)) return `[${value.map(equalityKey).join(',')}]`;
  if (typeof value !== 'object' || value === null) return stringifyJson(value);
  const map = value as Readonly<Record<string, unknown>>;
  const members = Object.keys(map).sort();
  return `{${members.map((key) => `${JSON.stringify(key)}:${equalityKey(map[key])}`).join(',')}}`;
}

function numberKey(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}
