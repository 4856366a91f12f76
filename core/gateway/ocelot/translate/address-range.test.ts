import { expect, test } from 'vitest';
import { isAddressRange } from './address-range.ts';

test.each([
  '10.0.0.1',
  '10.0.0.0/8',
  '10.0.0.0/255.0.0.0',
  '10.0.0.1-10.0.0.9',
  '10.0.0.1 - 10.0.0.9',
  '10.0.0.1-250',
  '::1',
  'fe80::/10',
  '2001:db8::1-2001:db8::9',
])('%s is a range', (text) => {
  expect(isAddressRange(text)).toBe(true);
});

test.each([
  '',
  'localhost',
  '10.0.0',
  '10.0.0.0/33',
  '10.0.0.0/255.0.255.0',
  '10.0.0.1-256',
  '::1-10.0.0.1',
  '10.0.0.1-2-3',
  '1/2/3',
])('%j is none', (text) => {
  expect(isAddressRange(text)).toBe(false);
});
