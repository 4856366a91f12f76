import { expect, test } from 'vitest';
import { readProxyHeader } from './proxy-header.ts';

const line = (text: string) => readProxyHeader(Buffer.from(text, 'latin1'));
const binary = (command: number, family: number, rest: readonly number[], length = rest.length) =>
  readProxyHeader(
    Buffer.concat([
      Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1'),
      Buffer.from([command, family, length >> 8, length & 255, ...rest]),
    ]),
  );

test('version 1 names the caller, and what follows is left alone', () => {
  expect(line('PROXY TCP4 203.0.113.7 10.0.0.1 51000 443\r\nGET / HTTP/1.1\r\n')).toEqual({
    length: 43,
    source: { address: '203.0.113.7', port: 51000 },
  });
  expect(line('PROXY TCP6 2001:db8::7 2001:db8::1 1 2\r\n')).toMatchObject({ source: { address: '2001:db8::7' } });
  expect(line('PROXY UNKNOWN whatever it says\r\n')).toMatchObject({ source: undefined });
});

test('version 1 is read only when its line is whole', () => {
  const whole = 'PROXY TCP4 203.0.113.7 10.0.0.1 51000 443\r\n';
  for (let end = 0; end < whole.length; end += 1) expect(line(whole.slice(0, end))).toBe('more');
});

test.each([
  ['no header', 'GET / HTTP/1.1\r\n\r\n'],
  ['a bare line feed', 'PROXY TCP4 203.0.113.7 10.0.0.1 51000 443\n'],
  ['an address of the other family', 'PROXY TCP4 2001:db8::7 10.0.0.1 1 2\r\n'],
  ['an address with a zone', 'PROXY TCP6 fe80::1%eth0 fe80::2 1 2\r\n'],
  ['a port with a zero in front', 'PROXY TCP4 203.0.113.7 10.0.0.1 051 443\r\n'],
  ['a port too large', 'PROXY TCP4 203.0.113.7 10.0.0.1 65536 443\r\n'],
  ['a negative port', 'PROXY TCP4 203.0.113.7 10.0.0.1 -1 443\r\n'],
  ['two spaces', 'PROXY  TCP4 203.0.113.7 10.0.0.1 1 443\r\n'],
  ['one word more', 'PROXY TCP4 203.0.113.7 10.0.0.1 1 443 x\r\n'],
  ['datagrams', 'PROXY UDP4 203.0.113.7 10.0.0.1 1 443\r\n'],
  ['a line without an end', `PROXY TCP4 ${'1'.repeat(120)}`],
  ['small letters', 'proxy tcp4 203.0.113.7 10.0.0.1 1 443\r\n'],
])('version 1 with %s is refused', (_what, text) => {
  expect(line(text)).toBe('wrong');
});

test('version 2 names the caller, in both families, with extensions after the addresses', () => {
  expect(binary(0x21, 0x11, [203, 0, 113, 7, 10, 0, 0, 1, 0xc7, 0x38, 1, 0xbb, 4, 0, 1, 9])).toEqual({
    length: 32,
    source: { address: '203.0.113.7', port: 51000 },
  });
  const six = [0x20, 1, 0xd, 0xb8, ...Array(11).fill(0), 7, ...Array(16).fill(0), 0, 1, 0, 2];
  expect(binary(0x21, 0x21, six)).toMatchObject({ source: { address: '2001:db8:0:0:0:0:0:7', port: 1 } });
  const mapped = [...Array(10).fill(0), 255, 255, 10, 0, 0, 9, ...Array(16).fill(0), 0, 1, 0, 2];
  expect(binary(0x21, 0x21, mapped)).toMatchObject({ source: { address: '10.0.0.9' } });
});

test('version 2 of a proxy that speaks for itself names nobody', () => {
  expect(binary(0x20, 0x00, [])).toEqual({ length: 16, source: undefined });
  expect(binary(0x20, 0x11, Array(12).fill(9))).toMatchObject({ source: undefined });
});

test.each([
  ['another version', () => binary(0x11, 0x11, Array(12).fill(0))],
  ['another command', () => binary(0x22, 0x11, Array(12).fill(0))],
  ['datagrams', () => binary(0x21, 0x12, Array(12).fill(0))],
  ['addresses that are too short', () => binary(0x21, 0x11, Array(11).fill(0))],
  ['addresses of IPv6 that are too short', () => binary(0x21, 0x21, Array(35).fill(0))],
  ['a length without measure', () => binary(0x21, 0x11, [], 65_535)],
])('version 2 with %s is refused', (_what, read) => {
  expect(read()).toBe('wrong');
});

test('version 2 is read only when all of it is there', () => {
  expect(binary(0x21, 0x11, Array(11).fill(0), 12)).toBe('more');
  expect(readProxyHeader(Buffer.from('\r\n\r\n\0', 'latin1'))).toBe('more');
  expect(readProxyHeader(Buffer.from('\r\n\r\nGET', 'latin1'))).toBe('wrong');
});
