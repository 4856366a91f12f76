import { decodeBase64, encodeBase64 } from './base64.ts';
import { createRandom, randomUuid } from './random.ts';
import { cloneStructured } from './structured-clone.ts';
import { Utf8Decoder, Utf8Encoder } from './text-encoding.ts';
import type { Timers } from './timers.ts';
import { Url } from './url.ts';
import { SearchParams } from './url-search-params.ts';

/**
 * Taken away: shared memory, WebAssembly (code and memory that the heap limit does not see) and finalizers (which would run
 * outside any time limit, during somebody else's run).
 */
const REMOVED = ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'FinalizationRegistry'];

/** Gives scripts the small part of the web's globals that needs no outside world. */
export function installGlobals(timers: Timers, seedHex: string, console: object): void {
  const scope = globalThis as unknown as Record<string, unknown>;
  for (const name of REMOVED) delete scope[name];
  define('console', console);
  define('setTimeout', (call: unknown, delay?: unknown, ...args: unknown[]) => timers.set(call, delay, args, false));
  define('setInterval', (call: unknown, delay?: unknown, ...args: unknown[]) => timers.set(call, delay, args, true));
  define('clearTimeout', timers.clear);
  define('clearInterval', timers.clear);
  define('queueMicrotask', (call: () => void) => void Promise.resolve().then(() => call()));
  define('structuredClone', cloneStructured);
  define('btoa', encodeBase64);
  define('atob', decodeBase64);
  define('TextEncoder', named(Utf8Encoder, 'TextEncoder'));
  define('TextDecoder', named(Utf8Decoder, 'TextDecoder'));
  define('URL', named(Url, 'URL'));
  define('URLSearchParams', named(SearchParams, 'URLSearchParams'));
  define('crypto', createCrypto(seedHex));
}

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}

function named<T extends object>(made: T, name: string): T {
  return Object.defineProperty(made, 'name', { value: name });
}

function createCrypto(seedHex: string) {
  let random: ((length: number) => Uint8Array) | undefined;
  const bytes = (length: number) => {
    random ??= createRandom(seedHex);
    return random(length);
  };
  return {
    randomUUID: () => randomUuid(bytes),
    getRandomValues: (view: Uint8Array) => {
      if (!ArrayBuffer.isView(view)) throw new TypeError('getRandomValues takes a typed array');
      if (view.byteLength > 65_536) throw new RangeError('getRandomValues gives at most 65,536 bytes a call');
      new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(bytes(view.byteLength));
      return view;
    },
  };
}
