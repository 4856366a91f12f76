import { expect, test } from 'vitest';
import { isAddressIn, parseAddressRange } from './address-range.ts';

const isIn = (address: string, ...ranges: string[]) =>
  isAddressIn(
    address,
    ranges.map((text) => parseAddressRange(text)!),
  );

test('IPv4 and IPv6 addresses and ranges', () => {
  expect(isIn('192.0.2.7', '192.0.2.0/24')).toBe(true);
  expect(isIn('192.0.3.7', '192.0.2.0/24')).toBe(false);
  expect(isIn('192.0.2.7', '192.0.2.7')).toBe(true);
  expect(isIn('2001:db8::1', '10.0.0.0/8', '2001:db8::/32')).toBe(true);
  expect(isIn('2001:db9::1', '2001:db8::/32')).toBe(false);
  expect(isIn('fe80::1%eth0', 'fe80::/10')).toBe(true);
});

test('IPv4 in the clothes of IPv6 is IPv4, on both sides', () => {
  expect(isIn('::ffff:192.0.2.7', '192.0.2.0/24')).toBe(true);
  expect(isIn('192.0.2.7', '::ffff:192.0.2.0/120')).toBe(true);
  expect(isIn('192.0.2.7', '::/0')).toBe(false);
});

test('what is no address is in no range, and what is no range is none', () => {
  for (const text of ['', 'unknown', '192.0.2.7:80', '1.2']) expect(isIn(text, '0.0.0.0/0', '::/0')).toBe(false);
  for (const text of ['', 'x', '1.2.3', '1.2.3.4/33', '::/129', '010.0.0.1', '1.2.3.4/', '1.2.3.4/8/8', '0x7f.1.1.1'])
    expect(parseAddressRange(text)).toBeUndefined();
});
