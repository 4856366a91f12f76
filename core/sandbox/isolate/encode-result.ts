/** The JSON text of a script's result, or why there is none. */
export type Encoded = { readonly json: string } | { readonly problem: string };

const stringify = JSON.stringify;

/** As `JSON.stringify` does it, except that what it would drop or change without a word is refused, with its place. */
export function encodeResult(value: unknown): Encoded {
  let refused = false;
  try {
    const json = stringify(value, (_key, each: unknown) => {
      if (problemOf(each) !== undefined) {
        refused = true;
        throw new TypeError('not JSON');
      }
      return each;
    });
    return { json: json ?? 'null' };
  } catch (error) {
    const found = locate(value, 'result', []);
    if (found !== undefined) return { problem: found };
    if (refused) return { problem: 'it holds a value that JSON has no form for' };
    if (error instanceof RangeError) return { problem: 'it is nested too deeply or too large' };
    return { problem: error instanceof Error ? error.message : 'a toJSON method failed' };
  }
}

function problemOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    case 'bigint':
      return `a BigInt (${String(value)})`;
    case 'number':
      return Number.isFinite(value) ? undefined : String(value);
    case 'object':
      if (value instanceof Map) return 'a Map (return Object.fromEntries(map))';
      if (value instanceof Set) return 'a Set (return [...set])';
      return value instanceof Promise ? 'a promise (await it)' : undefined;
    default:
      return undefined;
  }
}

/** The first offending value, depth first: only run when encoding failed, so its cost does not matter. */
function locate(value: unknown, path: string, above: readonly unknown[]): string | undefined {
  const problem = problemOf(value);
  if (problem !== undefined) return `${path} is ${problem}`;
  if (typeof value !== 'object' || value === null) return undefined;
  if (above.includes(value)) return `${path} contains itself`;
  if (above.length > 200) return `${path} is nested too deeply`;
  for (const key of Object.keys(value)) {
    const inner = Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`;
    const found = locate((value as Record<string, unknown>)[key], inner, [...above, value]);
    if (found !== undefined) return found;
  }
  return undefined;
}
