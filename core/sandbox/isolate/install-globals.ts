/**
 * Taken away: shared memory, WebAssembly (code and memory that the heap limit does not see) and finalizers (which would run
 * outside any time limit, during somebody else's run).
 */
const REMOVED = ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'FinalizationRegistry'];

const TIMERS = ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'];
const WEB = [
  'queueMicrotask',
  'structuredClone',
  'btoa',
  'atob',
  'TextEncoder',
  'TextDecoder',
  'URL',
  'URLSearchParams',
  'crypto',
];

/** Makes one group of globals; called at most once. */
export type Group = () => Readonly<Record<string, unknown>>;

/**
 * Prepares the globals of a script. Every run has a new context, and most scripts use few of them, so each group is made when
 * one of its names is first read; from then on they are ordinary properties.
 */
export function installGlobals(printing: Group, timing: Group, web: Group): void {
  const scope = globalThis as unknown as Record<string, unknown>;
  for (const name of REMOVED) delete scope[name];
  installLazily(['console'], printing);
  installLazily(TIMERS, timing);
  installLazily(WEB, web);
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
