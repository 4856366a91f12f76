import { expect, test } from 'vitest';
import { createEgressGuard } from './egress-guard.ts';

const guard = (rules: { allow?: string[]; deny?: string[]; allowPrivateNetworks?: boolean }) =>
  createEgressGuard({ allow: [], deny: [], allowPrivateNetworks: true, ...rules });
const open = (rules: Parameters<typeof guard>[0], host: string, address: string, port = 443) =>
  (guard(rules).refusesName(host, port) ?? guard(rules).refusesAddress(host, port, address)) === undefined;

test.each([
  '169.254.169.254',
  '169.254.170.2',
  'fe80::1',
  'fd00:ec2::254',
  '100.100.100.200',
  '::ffff:169.254.169.254',
  '64:ff9b::a9fe:a9fe',
  '2002:a9fe:a9fe::1',
  '::a9fe:a9fe',
  '::ffff:0:a9fe:a9fe',
  '64:ff9b:1::a9fe:a9fe',
  '64:ff9b:1:a9fe:a9:fe00::',
  '2001:0:a9fe:a9fe::1',
  '224.0.0.1',
  '255.255.255.255',
  'ff02::1',
])('%s is out of reach by default', (address) => expect(open({}, 'x.example', address)).toBe(false));

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '192.168.0.1',
  '172.16.0.1',
  '100.64.0.1',
  '0.0.0.0',
  '::1',
  '::',
  'fd12::1',
  '64:ff9b::a00:1',
  '::ffff:10.0.0.1',
  '2001:db8::1',
  '100:0:0:1::1',
  '4000::1',
  'fec0::1',
])('%s is private: reachable only while private networks are allowed', (address) => {
  expect(open({}, 'x.example', address)).toBe(true);
  expect(open({ allowPrivateNetworks: false }, 'x.example', address)).toBe(false);
});

test('public addresses are reachable', () => {
  expect(open({ allowPrivateNetworks: false }, 'x.example', '93.184.216.34')).toBe(true);
  expect(open({ allowPrivateNetworks: false }, 'x.example', '2606:4700::1111')).toBe(true);
});

test('an allow list closes everything else, by name, wildcard, address, range and port', () => {
  const rules = { allow: ['api.example.com', '*.svc.example', '10.0.0.0/8', '[fd00::1]:8443', 'only.example:8443'] };
  expect(open(rules, 'API.example.com.', '1.2.3.4')).toBe(true);
  expect(open(rules, 'www.example.com', '1.2.3.4')).toBe(false);
  expect(open(rules, 'a.b.svc.example', '1.2.3.4')).toBe(true);
  expect(open(rules, 'svc.example', '1.2.3.4')).toBe(false);
  expect(open(rules, 'anything.internal', '10.9.9.9')).toBe(true);
  expect(open(rules, 'x', 'fd00::1', 8443)).toBe(true);
  expect(open(rules, 'x', 'fd00::1', 443)).toBe(false);
  expect(open(rules, 'only.example', '1.2.3.4', 8443)).toBe(true);
  expect(open(rules, 'only.example', '1.2.3.4', 443)).toBe(false);
});

test('deny beats allow', () => {
  const rules = { allow: ['*.example.com', '10.0.0.0/8'], deny: ['bad.example.com', '10.1.0.0/16'] };
  expect(open(rules, 'bad.example.com', '1.2.3.4')).toBe(false);
  expect(open(rules, 'good.example.com', '10.1.2.3')).toBe(false);
  expect(open(rules, 'good.example.com', '10.2.2.3')).toBe(true);
});

test('a wildcard opens no private address and no name a metadata address; listing the address does', () => {
  const closed = { allowPrivateNetworks: false };
  expect(open({ ...closed, allow: ['*.example.com'] }, 'a.example.com', '10.0.0.1')).toBe(false);
  expect(open({ ...closed, allow: ['a.example.com'] }, 'a.example.com', '10.0.0.1')).toBe(true);
  expect(open({ allow: ['a.example.com'] }, 'a.example.com', '169.254.169.254')).toBe(false);
  expect(open({ allow: ['169.254.169.254'] }, 'a.example.com', '169.254.169.254')).toBe(true);
});
