import { isContainer, type JsonPath } from './json-path.ts';

interface Wanted {
  /** All below it. */
  whole: boolean;
  readonly below: Map<string, Wanted>;
}

/** Only what the paths name; lists keep their order and lose what nobody names. */
export function picker(paths: readonly JsonPath[]): (value: unknown) => unknown {
  const root: Wanted = { whole: false, below: new Map() };
  for (const path of paths) {
    let wanted = root;
    for (const segment of path) {
      let next = wanted.below.get(segment);
      if (next === undefined) {
        next = { whole: false, below: new Map() };
        wanted.below.set(segment, next);
      }
      wanted = next;
    }
    wanted.whole = true;
  }
  return (value) => picked(value, [root]) ?? (Array.isArray(value) ? [] : {});
}

function picked(value: unknown, wanted: readonly Wanted[]): unknown {
  if (wanted.some(({ whole }) => whole)) return value;
  if (!isContainer(value)) return undefined;
  const kept: [string, unknown][] = [];
  for (const key of Object.keys(value)) {
    const below = wanted.flatMap((one) => [one.below.get(key) ?? [], one.below.get('*') ?? []].flat());
    if (below.length === 0) continue;
    const part = picked(value[key], below);
    if (part !== undefined) kept.push([key, part]);
  }
  if (kept.length === 0) return undefined;
  return Array.isArray(value) ? kept.map(([, part]) => part) : Object.fromEntries(kept);
}
