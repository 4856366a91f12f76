import { defineTrigger } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { DEFAULT_WORKSPACE } from '../../storage/default-place.ts';
import { createMemoryKeyValueStore } from '../../storage/memory-key-value-store.ts';
import { silent } from '../actions/invocation.fixture.ts';
import { ContributionBoard, type MountOwner, type Posted } from '../contributions/contribution-board.ts';
import { readMounted } from '../contributions/read-mounted.ts';
import { LiveTrigger } from './live-trigger.ts';
import { triggerBinding } from './trigger-binding.ts';
import { TriggerDesk } from './trigger-desk.ts';

const spec = defineTrigger({
  mode: 'poll',
  name: 'tools.acme.count',
  title: 'Count',
  summary: 'Counts.',
  input: z.strictObject({}),
  event: z.object({ n: z.int() }),
  sample: { n: 1 },
  everyMs: 1_000,
  dedupeKey: ({ n }) => String(n),
  poll: ({ state }) =>
    Promise.resolve({ events: [{ n: 1 }, { n: 2 }], state: Number(state ?? 0) + 1, more: state === undefined }),
});
const mounted = readMounted({ id: 'acme', capabilities: {} } as never, [
  { kind: 'trigger', name: spec.name, value: spec as never },
]);
const owner = { id: 'acme', ports: {}, log: silent, signal: new AbortController().signal } as unknown as MountOwner;
const posted: Posted<'trigger'> = { owner, contribution: mounted[0]!.value as Posted<'trigger'>['contribution'] };
const binding = triggerBinding({ workflow: 'w', workspace: DEFAULT_WORKSPACE, trigger: spec.name, config: {} });

test('a host that dies between two runs of one poll starts the second alone when it is back, under the same key as before', async () => {
  const kv = createMemoryKeyValueStore();
  const started: [unknown, string | undefined][] = [];
  const services = (start: () => void) => ({
    kv,
    log: silent,
    url: () => '',
    start: async (_workflow: string, event: unknown, key: string | undefined) => {
      if ((event as { n: number }).n === 2) start();
      started.push([event, key]);
    },
  });
  const first = new LiveTrigger(
    binding,
    posted,
    services(() => {
      throw new Error('the host dies');
    }),
  );
  await expect.poll(() => first.status()).toMatchObject({ state: 'failing', runs: 1 });
  await first[Symbol.asyncDispose]();
  expect(await kv.scope(`triggers/${binding.id}`).get('state')).toBeUndefined();

  const second = new LiveTrigger(
    binding,
    posted,
    services(() => {}),
  );
  await expect.poll(() => kv.scope(`triggers/${binding.id}`).get('state')).toBe(2);
  await second[Symbol.asyncDispose]();
  expect(started.map(([event]) => event)).toEqual([{ n: 1 }, { n: 2 }]);
  expect(started[1]![1]).toContain(binding.id);
});

test('other settings are another trigger, and the same ones the same', () => {
  expect(triggerBinding({ workflow: 'w', workspace: DEFAULT_WORKSPACE, trigger: spec.name, config: {} }).id).toBe(
    binding.id,
  );
  expect(
    triggerBinding({ workflow: 'w', workspace: DEFAULT_WORKSPACE, trigger: spec.name, config: { a: 1 } }).id,
  ).not.toBe(binding.id);
});

test('the desk tells each workspace of the triggers of its own workflows', async () => {
  const services = { kv: createMemoryKeyValueStore(), log: silent, url: () => '', start: async () => undefined };
  await using desk = new TriggerDesk(new ContributionBoard(), services);
  const theirs = triggerBinding({ workflow: 'x', workspace: 'another', trigger: spec.name, config: {} });
  await desk.want([binding, theirs]);
  expect(desk.statuses('another')).toEqual([{ workflow: 'x', trigger: spec.name, state: 'waiting', runs: 0 }]);
  expect(desk.statuses(DEFAULT_WORKSPACE)).toMatchObject([{ workflow: 'w' }]);
});
