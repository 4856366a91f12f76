import type { KeyValue } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { createAttempts } from '../passwords/attempts.ts';
import { type Approver, createDeviceSignIn } from './device-sign-in.ts';
import { newUserCode, readUserCode, shownUserCode } from './user-code.ts';

function memory(): KeyValue & { readonly kept: Map<string, unknown> } {
  const kept = new Map<string, unknown>();
  return {
    kept,
    get: async (key) => kept.get(key),
    set: async (key, value) => void kept.set(key, value),
    setIfAbsent: async (key, value) => !kept.has(key) && kept.set(key, value) !== undefined,
    delete: async (key) => void kept.delete(key),
  };
}
const DEVICE = { name: 'ada@laptop', address: '1.1.1.1' };
const ADA: Approver = { user: 'ada', session: 's1', address: '2.2.2.2' };
const open = (store = memory()) => createDeviceSignIn(store, createAttempts({ wait: async () => {} }));
const UNKNOWN = { code: 'DEVICE_CODE_UNKNOWN' };
const ENDED = { code: 'DEVICE_SIGN_IN_ENDED' };

test('nothing is handed out until somebody who typed the code has approved', async () => {
  const devices = open();
  const { deviceCode, userCode } = await devices.begin(DEVICE);
  expect(await devices.take(deviceCode)).toBeUndefined();
  expect(await devices.find(userCode, ADA)).toMatchObject(DEVICE);
  expect(await devices.take(deviceCode)).toBeUndefined();
  await devices.decide(userCode, ADA, 'approve');
  expect(await devices.take(deviceCode)).toEqual({ ...DEVICE, approver: ADA });
});

test('what was approved is handed out once, however many ask', async () => {
  const devices = open();
  const { deviceCode, userCode } = await devices.begin(DEVICE);
  await devices.decide(userCode, ADA, 'approve');
  const all = await Promise.allSettled(Array.from({ length: 5 }, () => devices.take(deviceCode)));
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await expect(devices.take(deviceCode)).rejects.toMatchObject(ENDED);
});

test('a code is decided once: who denied cannot be overruled with it', async () => {
  const devices = open();
  const { deviceCode, userCode } = await devices.begin(DEVICE);
  await devices.decide(userCode, ADA, 'deny');
  await expect(devices.decide(userCode, ADA, 'approve')).rejects.toMatchObject(UNKNOWN);
  await expect(devices.take(deviceCode)).rejects.toMatchObject(ENDED);
});

test('the code that people type gets no session', async () => {
  const devices = open();
  const { userCode } = await devices.begin(DEVICE);
  await devices.decide(userCode, ADA, 'approve');
  await expect(devices.take(userCode)).rejects.toMatchObject(ENDED);
});

test('the long code stands nowhere in the store', async () => {
  const store = memory();
  const { deviceCode } = await open(store).begin(DEVICE);
  expect(JSON.stringify([...store.kept])).not.toContain(deviceCode);
});

test('guesses are counted, and after five even the right code is refused', async () => {
  const devices = open();
  const { userCode } = await devices.begin(DEVICE);
  for (let guess = 0; guess < 5; guess++) await expect(devices.find(newUserCode(), ADA)).rejects.toMatchObject(UNKNOWN);
  await expect(devices.find(userCode, ADA)).rejects.toMatchObject({ code: 'SIGN_IN_LOCKED' });
  await expect(devices.decide(userCode, ADA, 'approve')).rejects.toMatchObject({ code: 'SIGN_IN_LOCKED' });
});

test('one address cannot fill the store with codes', async () => {
  const devices = open();
  for (let count = 0; count < 100; count++) await devices.begin(DEVICE);
  await expect(devices.begin(DEVICE)).rejects.toMatchObject({ code: 'SIGN_IN_LOCKED' });
});

test('a code is read however people type it, and is no word', () => {
  expect(shownUserCode('WDJBMJHT')).toBe('WDJB-MJHT');
  expect(readUserCode(' wdjb mj-ht ')).toBe('WDJBMJHT');
  expect(readUserCode('WDJB-MJH')).toBeUndefined();
  expect(readUserCode('ADJB-MJHT')).toBeUndefined();
  expect(newUserCode()).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
});
