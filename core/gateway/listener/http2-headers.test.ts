import { expect, test } from 'vitest';
import { fromHttp2 } from './http2-headers.ts';

const pseudo = [':method', 'GET', ':scheme', 'https', ':path', '/a?b'];

test('the authority becomes the host, and cookies that were split are one again', () => {
  expect(fromHttp2([...pseudo, ':authority', 'a.example', 'cookie', 'a=1', 'x-y', 'z', 'cookie', 'b=2'])).toEqual({
    method: 'GET',
    url: '/a?b',
    rawHeaders: ['x-y', 'z', 'host', 'a.example', 'cookie', 'a=1; b=2'],
  });
});

test('a host that contradicts the authority, or another host, is refused', () => {
  expect(fromHttp2([...pseudo, ':authority', 'a.example', 'host', 'b.example'])).toBeUndefined();
  expect(fromHttp2([...pseudo, 'host', 'a.example', 'host', 'a.example'])).toBeUndefined();
  expect(fromHttp2([...pseudo, ':authority', 'a.example', 'host', 'A.example'])).toBeDefined();
});
