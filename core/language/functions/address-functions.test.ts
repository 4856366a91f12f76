import { expect, test } from 'vitest';
import { call, withCode } from './call-function.fixture.ts';

test.each([
  ['192.0.0.9', true],
  ['192.0.0.8', false],
  ['100.64.0.1', false],
  ['198.51.100.7', false],
  ['224.0.0.1', true],
  ['255.255.255.255', false],
  ['172.32.0.1', true],
])('whether %s is public', (ip, expected) => {
  expect(call('ipv4_is_public', ip)).toBe(expected);
});

test('networks may have a mask, and must begin at their first address', () => {
  expect(call('ipv4_in_subnet', '10.1.2.3', '10.0.0.0/255.0.0.0')).toBe(true);
  expect(() => call('ipv4_in_subnet', '10.1.2.3', '10.0.0.1/8')).toThrow(withCode('LANGUAGE_FUNCTION_FAILED') as never);
  expect(() => call('ipv4_in_subnet', '10.1.2.3', '10.0.0.0/33')).toThrow(withCode('LANGUAGE_ARGUMENT') as never);
});

test.each(['1.2.3', '01.2.3.4', '1.2.3.256', '::g', '', 'example.com'])('%s is no address', (text) => {
  expect(() => call('check_ip_version', text)).toThrow(withCode('LANGUAGE_ARGUMENT') as never);
});
