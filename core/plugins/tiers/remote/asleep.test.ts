import { expect, test } from 'vitest';
import { manifestSchema } from '../../manifest/manifest-schema.ts';
import type { TierLoad } from '../tier.ts';
import { asleep, type Loaded } from './asleep.ts';
import type { RemotePlugin } from './remote-plugin.ts';

const action = {
  name: 'tools.acme.act',
  title: 'Act',
  summary: 'Acts.',
  effect: 'pure',
  idempotent: 'always',
  input: {},
};
const described = {
  takesConfig: false,
  starts: false,
  uses: [],
  deps: {},
  actions: [action],
  others: [],
  methods: [],
};
const manifest = manifestSchema.parse({
  id: 'acme',
  version: '1.0.0',
  host: '*',
  sdk: 1,
  entry: './index.js',
  tier: 'process',
  contributes: { actions: ['tools.acme.act'] },
});

/** A plugin that was described before; `says`: what its code says when it is loaded now. */
function sleeping(says: unknown = described) {
  const events: string[] = [];
  const lost = Promise.withResolvers<string>();
  const remote = {
    lost: lost.promise,
    run: () => ({ id: 1, settled: Promise.resolve('ran') }),
    wrong: (problem: string) => new Error(problem),
    async [Symbol.asyncDispose]() {
      events.push('ended');
    },
  } as unknown as RemotePlugin;
  const load = async (): Promise<Loaded> => {
    events.push('loaded');
    return { remote, described: says };
  };
  const artifact = { id: 'acme', version: '1.0.0', folder: '/nowhere', manifest, integrity: '' };
  const request = { artifact, granted: {}, described, limits: {}, signal: new AbortController().signal };
  const instance = asleep(request as unknown as TierLoad, 'process', load);
  return { instance, events, lose: lost.resolve, call: async () => instance.plugin.actions[0]!.run({ input: {} }) };
}

test('a plugin that is known from before is loaded once, when it is first called', async () => {
  const { instance, events, call } = sleeping();
  expect(instance.plugin.actions.map(({ name }) => name)).toEqual(['tools.acme.act']);
  await instance.ping(new AbortController().signal);
  expect([instance.asleep, events]).toEqual([true, []]);
  expect(await Promise.all([call(), call()])).toEqual(['ran', 'ran']);
  expect([instance.asleep, events]).toEqual([false, ['loaded']]);
});

test('code that says something else of itself than before is not called', async () => {
  const { instance, events, call } = sleeping({ ...described, actions: [{ ...action, effect: 'destructive' }] });
  await expect(call()).rejects.toThrow('otherwise than before');
  expect(events).toEqual(['loaded', 'ended']);
  expect(await instance.lost).toContain('otherwise');
});

test('a plugin that was never called is never loaded, and one that was lost is told as such', async () => {
  const never = sleeping();
  await never.instance[Symbol.asyncDispose]();
  expect(never.events).toEqual([]);
  const gone = sleeping();
  await gone.call();
  gone.lose('it crashed');
  expect(await gone.instance.lost).toBe('it crashed');
});
