import { expect, test } from 'vitest';
import { clientAddressFrom } from './client-address.ts';
import { WireHeaders } from './wire-headers.ts';

test('headers are found whatever their case, and keep order and spelling', () => {
  const headers = new WireHeaders(['X-A', '1', 'x-b', '2', 'x-a', '3']);
  expect([headers.get('x-A'), headers.all('X-a'), headers.get('x-c')]).toEqual(['1', ['1', '3'], undefined]);
  headers.set('x-a', '4');
  headers.append('X-B', '5');
  headers.delete('x-none');
  expect([...headers.entries()]).toEqual([
    ['X-A', '4'],
    ['x-b', '2'],
    ['X-B', '5'],
  ]);
});

test('what headers were given stays as it was', () => {
  const raw = ['a', '1'];
  const headers = new WireHeaders(raw);
  headers.delete('a');
  expect([raw, headers.raw]).toEqual([['a', '1'], []]);
});

test.each([
  ['a b', 'c'],
  ['a', 'b\r\nc: d'],
  ['a', 'ε'],
  ['', 'a'],
])('a header %j: %j cannot be set', (name, value) => {
  expect(() => new WireHeaders([]).set(name, value)).toThrow(
    expect.objectContaining({ code: 'GATEWAY_HEADER_INVALID' }),
  );
});

test('a list of proxies takes addresses and blocks alone', () => {
  expect(() => clientAddressFrom(['10.0.0.0/33'])).toThrow(
    expect.objectContaining({ code: 'GATEWAY_ADDRESS_INVALID' }),
  );
  expect(() => clientAddressFrom(['proxy.example'])).toThrow(
    expect.objectContaining({ code: 'GATEWAY_ADDRESS_INVALID' }),
  );
});

test('the caller is the last address that is not a trusted proxy, and headers of others are not believed', () => {
  const address = clientAddressFrom(['10.0.0.0/8']);
  const forwarded = (text: string) => ['X-Forwarded-For', text];
  expect(address('10.0.0.1', forwarded('1.1.1.1, 2.2.2.2, 10.0.0.2'))).toBe('2.2.2.2');
  expect(address('::ffff:10.0.0.1', forwarded('nonsense, 10.0.0.2'))).toBe('10.0.0.2');
  expect(address('3.3.3.3', forwarded('1.1.1.1'))).toBe('3.3.3.3');
});
