import { expect, test } from 'vitest';
import { lines } from './lines.ts';

async function read(...chunks: (string | Uint8Array)[]): Promise<string[]> {
  async function* stream() {
    for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
  }
  return Array.fromAsync(lines(stream()));
}

test('lines end at line feeds, wherever the chunks end', async () => {
  expect(await read('a\nb', 'b\n\nc')).toEqual(['a', 'bb', '', 'c']);
  expect(await read('a', '\n')).toEqual(['a']);
  expect(await read()).toEqual([]);
});

test('separators that JSON allows inside strings do not end a line', async () => {
  expect(await read('"\u2028\u2029\u0085"\n1')).toEqual(['"\u2028\u2029\u0085"', '1']);
});

test('a character that two chunks share stays whole', async () => {
  const bytes = new TextEncoder().encode('"€"\n');
  expect(await read(bytes.slice(0, 2), bytes.slice(2))).toEqual(['"€"']);
});

test('a byte order mark is no part of the first line', async () => {
  expect(await read('\uFEFF{}\n')).toEqual(['{}']);
});
