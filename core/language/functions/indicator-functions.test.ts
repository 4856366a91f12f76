import { expect, test } from 'vitest';
import { call } from './call-function.fixture.ts';

test('versions and object identifiers are no IPv4 addresses', () => {
  expect(call('extract_ipv4', 'oid 1.3.6.1.4.1, host 10.0.0.1, v1.2.3.4.')).toEqual(['10.0.0.1']);
});

test('times, MAC addresses and C++ names are no IPv6 addresses', () => {
  expect(call('extract_ipv6', '12:34:56 00:11:22:33:44:55 std::string :: fe80::1: ::ffff:1.2.3.4')).toEqual([
    'fe80::1',
    '::ffff:1.2.3.4',
  ]);
  expect(call('extract_ip', '1.1.1.1 and 2001:db8::1')).toEqual(['1.1.1.1', '2001:db8::1']);
});

test('a URL keeps brackets that it opened and loses the punctuation of the sentence', () => {
  expect(call('extract_urls', 'See (https://en.example.org/wiki/A_(b)). Or https://x.example/?q=1!')).toEqual([
    'https://en.example.org/wiki/A_(b)',
    'https://x.example/?q=1',
  ]);
  expect(call('extract_urls', 'http://[2001:db8::1]:80/x http://10.0.0.1/')).toEqual([
    'http://[2001:db8::1]:80/x',
    'http://10.0.0.1',
  ]);
});

test('files are no domains; what stands once is given once', () => {
  expect(call('extract_domains', 'report.pdf evil.com EVIL.exe evil.com user@evil.com')).toEqual(['evil.com']);
});

test('defanged addresses are found only when asked for', () => {
  expect(call('extract_emails', 'a+x[@]evil[.]com', true, true)).toEqual(['a@evil.com']);
  expect(call('extract_emails', 'a[@]evil[.]com')).toEqual([]);
});

test('hostile text takes time in proportion to its length', () => {
  const hostile = ['a.', 'a-', '@', 'http://a', ')', '1.', 'fe80:', '[.]', ' colon', '\\.']
    .map((piece) => piece.repeat(20_000))
    .join(' ');
  const started = performance.now();
  for (const name of ['extract_ip', 'extract_domains', 'extract_emails', 'extract_mac', 'extract_sha256'])
    call(name, hostile, false);
  call('extract_urls', hostile, false, true);
  call('extract_urls', `http://a.example/${')'.repeat(100_000)}`);
  expect(performance.now() - started).toBeLessThan(5_000);
});
