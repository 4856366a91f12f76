import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { raise } from '../../errors/catalogue.ts';
import { type Channel, openPeer } from './peer.ts';

interface Methods {
  double(number: number): number;
  fail(): void;
  refuse(): void;
  wait(): void;
}

function pair() {
  const [left, right] = [new EventEmitter(), new EventEmitter()];
  const channel = (to: EventEmitter, from: EventEmitter): Channel => ({
    send: (message) => void to.emit('message', structuredClone(message)),
    onMessage: (listener) => void from.on('message', listener),
  });
  openPeer<Methods, object>(channel(left, right), {
    double: async (number) => number * 2,
    fail: () => {
      throw new Error('oh');
    },
    refuse: () => {
      throw raise.GATEWAY_CONFIG_INVALID({ problems: ['a.yaml:1:1: bad'] });
    },
    wait: () => new Promise<never>(() => undefined),
  });
  return openPeer<object, Methods>(channel(right, left), {});
}

test('a method of the other end gives its value, and calls at the same time keep theirs apart', async () => {
  const { remote } = pair();
  expect(await Promise.all([remote.double(1), remote.double(2)])).toEqual([2, 4]);
});

test('errors keep their codes and what they say', async () => {
  const { remote } = pair();
  await expect(remote.refuse()).rejects.toMatchObject({
    code: 'GATEWAY_CONFIG_INVALID',
    facts: { status: 400, blame: 'config' },
  });
  await expect(remote.fail()).rejects.toThrow('oh');
});

test('what is not a method cannot be called, not even what all objects have', async () => {
  const remote = pair().remote as unknown as Record<string, () => Promise<unknown>>;
  await expect(remote['nothing']!()).rejects.toThrow('there is no method nothing');
  await expect(remote['toString']!()).rejects.toThrow('there is no method toString');
});

test('an argument that cannot travel rejects the call alone', async () => {
  const { remote } = pair();
  await expect(remote.double((() => 1) as never)).rejects.toThrow(/could not be cloned/);
  expect(await remote.double(3)).toBe(6);
});

test('a channel that ends rejects what waits and what comes after', async () => {
  const peer = pair();
  const waiting = expect(peer.remote.wait()).rejects.toThrow('gone');
  peer.close(new Error('gone'));
  await waiting;
  await expect(peer.remote.double(1)).rejects.toThrow('gone');
});
