import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { chachaBlock, createRandom, randomUuid } from './random.ts';
import { cloneStructured } from './structured-clone.ts';
import { Utf8Decoder, Utf8Encoder } from './text-encoding.ts';
import { createWebGlobals } from './web-globals.ts';

test('Base64 is that of Node, both ways, white space and missing padding forgiven', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const binary = String.fromCharCode(...bytes);
      expect(encodeBase64(binary)).toBe(btoa(binary));
      expect(decodeBase64(btoa(binary))).toBe(binary);
    }),
  );
  expect(decodeBase64(' aG k\n')).toBe('hi');
  expect(() => decodeBase64('a')).toThrow(TypeError);
  expect(() => encodeBase64('€')).toThrow(TypeError);
});

test('UTF-8 is encoded as in Node, and broken bytes are decoded as in Node', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 30 }), (text, bytes) => {
      expect(new Utf8Encoder().encode(text)).toEqual(new TextEncoder().encode(text));
      expect(new Utf8Decoder().decode(bytes)).toBe(new TextDecoder().decode(bytes));
      expect(new Utf8Decoder('utf8', { ignoreBOM: true }).decode(bytes)).toBe(
        new TextDecoder('utf8', { ignoreBOM: true }).decode(bytes),
      );
    }),
    { numRuns: 3000 },
  );
  const nasty = [
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xe0, 0x80],
    [0xf0, 0x9f, 0x98],
    [0xef, 0xbb, 0xbf, 0x41],
    [0xc0, 0xaf],
  ];
  for (const bytes of nasty)
    expect(new Utf8Decoder().decode(Uint8Array.from(bytes))).toBe(new TextDecoder().decode(Uint8Array.from(bytes)));
  expect(() => new Utf8Decoder('utf-8', { fatal: true }).decode(Uint8Array.of(0xff))).toThrow(TypeError);
  expect(() => new Utf8Decoder('latin1')).toThrow(RangeError);
});

test('structured clones are deep, keep cycles and refuse functions', () => {
  const source: Record<string, unknown> = {
    date: new Date(5),
    map: new Map([[1, { a: new Set([2]) }]]),
    bytes: Uint8Array.of(1, 2),
    re: /x/g,
  };
  source['self'] = source;
  const clone = cloneStructured(source);
  expect(clone).toEqual(source);
  expect(clone['self']).toBe(clone);
  expect(clone['map']).not.toBe(source['map']);
  expect(() => cloneStructured(() => 1)).toThrow(TypeError);
  expect(cloneStructured(new RangeError('far')).message).toBe('far');
});

test('random bytes come from ChaCha20 as RFC 8439 has it', () => {
  // section 2.3.2, with its nonce of zero instead: appendix A.1, test vector 1
  const block = Buffer.from(chachaBlock(Array(8).fill(0), 0)).toString('hex');
  expect(block).toBe(
    '76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586',
  );
  const random = createRandom('01'.repeat(32));
  expect(random(100)).not.toEqual(random(100));
  expect(randomUuid(random)).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
});

test('the group of web globals works together', () => {
  const globals = createWebGlobals('ab'.repeat(32)) as unknown as typeof globalThis;
  expect(new globals.URL('http://a/?b=1').searchParams.get('b')).toBe('1');
  expect(globals.crypto.getRandomValues(new Uint8Array(4))).toHaveLength(4);
  expect(() => globals.crypto.getRandomValues([] as never)).toThrow(TypeError);
  expect(globals.URL.name).toBe('URL');
});
