import { decodeBase64, encodeBase64 } from './base64.ts';
import { createRandom, randomUuid } from './random.ts';
import { cloneStructured } from './structured-clone.ts';
import { Utf8Decoder, Utf8Encoder } from './text-encoding.ts';
import { Url } from './url.ts';
import { SearchParams } from './url-search-params.ts';

/** The part of the web's globals that needs no outside world. Evaluated when a script first uses one of them. */
export function createWebGlobals(seedHex: string): Readonly<Record<string, unknown>> {
  return {
    queueMicrotask: (call: () => void) => void Promise.resolve().then(() => call()),
    structuredClone: cloneStructured,
    btoa: encodeBase64,
    atob: decodeBase64,
    TextEncoder: named(Utf8Encoder, 'TextEncoder'),
    TextDecoder: named(Utf8Decoder, 'TextDecoder'),
    URL: named(Url, 'URL'),
    URLSearchParams: named(SearchParams, 'URLSearchParams'),
    crypto: createCrypto(seedHex),
  };
}

function named<T extends object>(made: T, name: string): T {
  return Object.defineProperty(made, 'name', { value: name });
}

function createCrypto(seedHex: string) {
  const bytes = createRandom(seedHex);
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
