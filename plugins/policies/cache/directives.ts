/** The directives of a Cache-Control, names in lower case; `true` where one has no value. */
export type Directives = ReadonlyMap<string, string | true>;

const NONE: Directives = new Map();

export function parseDirectives(header: string | undefined): Directives {
  if (header === undefined || header === '') return NONE;
  const found = new Map<string, string | true>();
  for (const [, name, quoted, plain] of header.matchAll(/([^\s,;="]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,;"]*)))?/g))
    found.set(name!.toLowerCase(), quoted ?? plain ?? true);
  return found;
}

/** Seconds of a directive as milliseconds; undefined when it is absent or no number. */
export function directiveMs(directives: Directives, name: string): number | undefined {
  const value = directives.get(name);
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) * 1_000 : undefined;
}
