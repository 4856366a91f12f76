import { tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { ipAccess } from './ip-access.ts';

async function admitted(config: object, clientAddress: string): Promise<boolean> {
  await using trial = await tryPolicy(ipAccess, config);
  const { status, body } = await trial.send({ clientAddress });
  if (status !== 200) expect([status, JSON.parse(body).code]).toEqual([403, 'GATEWAY_ADDRESS_REFUSED']);
  return status === 200;
}

test.each([
  ['10.0.0.7', '10.0.0.7', '10.0.0.8'],
  ['10.0.0.0/8', '10.255.255.255', '11.0.0.0'],
  ['10.1.2.3/16', '10.1.0.0', '10.2.0.0'],
  ['10.0.0.0/255.255.255.0', '10.0.0.255', '10.0.1.0'],
  ['10.0.0.1-10.0.1.5', '10.0.1.5', '10.0.1.6'],
  ['10.0.0.1-250', '10.0.0.250', '10.0.0.251'],
  [' 10.0.0.1 - 10.0.0.2 ', '10.0.0.2', '10.0.0.3'],
  ['0.0.0.0/0', '255.255.255.255', '::1'],
  ['::/0', '2001:db8::1', '10.0.0.1'],
  ['2001:db8::/32', '2001:db8:ffff::1', '2001:db9::'],
  ['2001:db8::1-2001:db8::ff', '2001:0DB8:0::00ff', '2001:db8::100'],
  ['2001:db8::/ffff:ffff::', '2001:db8:1::', '2001:db7::'],
  ['::ffff:10.0.0.0/104', '10.9.9.9', '11.0.0.1'],
  ['fe80::1', 'fe80::1%eth0', 'fe80::2'],
  ['10.0.0.7', '::ffff:10.0.0.7', '::10.0.0.7'],
  ['10.0.0.7', '::ffff:a00:7', '::ffff:a00:8'],
])('%j lets %s in and %s not', async (entry, inside, outside) => {
  expect([await admitted({ allow: [entry] }, inside), await admitted({ allow: [entry] }, outside)]).toEqual([
    true,
    false,
  ]);
  expect([await admitted({ deny: [entry] }, inside), await admitted({ deny: [entry] }, outside)]).toEqual([
    false,
    true,
  ]);
});

test('of an address on both lists the denial counts, or what the settings say', async () => {
  const lists = { allow: ['10.0.0.0/8'], deny: ['10.0.0.1'] };
  expect(await admitted(lists, '10.0.0.1')).toBe(false);
  expect(await admitted(lists, '10.0.0.2')).toBe(true);
  expect(await admitted({ ...lists, precedence: 'allow' }, '10.0.0.1')).toBe(true);
});

test.each([
  '',
  'unknown',
  '010.0.0.1',
  '10.1',
  '0x0a000001',
  '167772161',
])('%j is no address and never comes in', async (text) => {
  expect(await admitted({ deny: ['192.0.2.99'] }, text)).toBe(false);
});

test('many overlapping ranges are one', async () => {
  const deny = Array.from({ length: 2_000 }, (_, index) => `10.${index >> 8}.${index & 255}.0/23`);
  await using trial = await tryPolicy(ipAccess, { deny: [...deny, '10.0.0.0/30', '10.0.0.0/12'] });
  const status = async (clientAddress: string) => (await trial.send({ clientAddress })).status;
  expect(await Promise.all(['9.255.255.255', '10.0.0.0', '10.15.255.255', '10.16.0.0'].map(status))).toEqual([
    200, 403, 403, 200,
  ]);
});

test.each([
  [{}, 'name addresses'],
  [{ allow: ['10.0.0.0/33'] }, 'no size of a network'],
  [{ allow: ['2001:db8::/129'] }, 'no size of a network'],
  [{ allow: ['10.0.0.0/255.0.255.0'] }, 'no size of a network'],
  [{ allow: ['10.0.0.9-3'] }, 'lower address to a higher'],
  [{ allow: ['10.0.0.1-2001:db8::1'] }, 'lower address to a higher'],
  [{ deny: ['10.0.0.1-300'] }, 'is no address'],
  [{ deny: ['012.0.0.1'] }, 'is no address'],
  [{ deny: ['example.com'] }, 'is no address'],
  [{ deny: ['10.0.0.1'], precedence: 'first' }, 'precedence'],
])('the settings %j are refused', async (config, problem) => {
  await expect(tryPolicy(ipAccess, config)).rejects.toThrow(problem);
});
