/**
 * Taken away: shared memory, WebAssembly (code and memory that the heap limit does not see) and finalizers (which would run
 * outside any time limit, during somebody else's run).
 */
const REMOVED = ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'FinalizationRegistry'];

/** Names by the group that makes them. */
export const GLOBAL_NAMES = {
  printing: ['console'],
  timing: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'],
  web: [
    'queueMicrotask',
    'structuredClone',
    'btoa',
    'atob',
    'TextEncoder',
    'TextDecoder',
    'URL',
    'URLSearchParams',
    'crypto',
  ],
} as const;

/** Makes one group of globals; called at most once. */
export type Group = () => Readonly<Record<string, unknown>>;

/**
 * Prepares the globals of a script, those that its text can name. Every run has a new context, so each group is made when one of
 * its names is first read; from then on they are ordinary properties.
 */
export function installGlobals(named: string, groups: Readonly<Record<keyof typeof GLOBAL_NAMES, Group>>): void {
  const scope = globalThis as unknown as Record<string, unknown>;
  for (const name of REMOVED) delete scope[name];
  if (named === '') return;
  const wanted = named.split(' ');
  for (const group of Object.keys(GLOBAL_NAMES) as (keyof typeof GLOBAL_NAMES)[]) {
    const names = GLOBAL_NAMES[group].filter((name) => wanted.includes(name));
    if (names.length > 0) installLazily(names, groups[group]);
  }
}

function installLazily(names: readonly string[], group: Group): void {
  let made: ReturnType<Group> | undefined;
  for (const name of names) {
    Object.defineProperty(globalThis, name, {
      configurable: true,
      enumerable: false,
      get: () => {
        made ??= group();
        settle(name, made[name]);
        return made[name];
      },
      set: (value: unknown) => settle(name, value),
    });
  }
}

function settle(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}
