import type { PolicyHeaders } from '../../contributions/gateway/exchange.ts';

/** Headers as policies see them, from a plain record or a list of pairs. */
export function headerList(
  given: Readonly<Record<string, string>> | Iterable<readonly [string, string]> = {},
): PolicyHeaders {
  let pairs: [string, string][] = [];
  const isNamed = (name: string) => (pair: readonly [string, string]) => pair[0].toLowerCase() === name.toLowerCase();
  const append = (name: string, value: string) => {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw new TypeError(`${JSON.stringify(name)} is no name of a header`);
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw new TypeError(`the value of ${name} cannot be sent`);
    pairs.push([name, value]);
  };
  for (const [name, value] of Symbol.iterator in given ? given : Object.entries(given)) append(name, value);
  return {
    get: (name) => pairs.find(isNamed(name))?.[1],
    all: (name) => pairs.filter(isNamed(name)).map(([, value]) => value),
    set(name, value) {
      pairs = pairs.filter((pair) => !isNamed(name)(pair));
      append(name, value);
    },
    append,
    delete(name) {
      pairs = pairs.filter((pair) => !isNamed(name)(pair));
    },
    entries: () => pairs.values(),
  };
}
