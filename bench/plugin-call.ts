import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pluginAction } from '../core/plugins/actions/plugin-action.ts';
import { manifestSchema } from '../core/plugins/manifest/manifest-schema.ts';
import { createTiers, DEFAULT_TIER_LIMITS } from '../core/plugins/tiers/create-tiers.ts';
import type { Tier, TierInstance } from '../core/plugins/tiers/tier.ts';
import type { Invocation, RunnableAction } from '../core/registry/runnable-action.ts';
import type { Benchmark } from './benchmark.ts';
import { type Contender, compare } from './compare.ts';

const CODE = `import { defineAction, definePlugin } from '@backplane/sdk';
import { z } from 'zod';
const act = defineAction({ name: 'tools.bench.act', title: 'Act', summary: 'Acts.', effect: 'pure', idempotent: 'always',
  input: z.object({ name: z.string(), count: z.number() }), output: z.object({ text: z.string() }),
  run: ({ input }) => ({ text: input.name.repeat(input.count) }) });
export default definePlugin({ id: 'bench', contributes: [act] });`;
const CALLS = 2000;
const PIPELINED_CALLS = 10_000;
const IN_FLIGHT = 100;
const MOST_OVER_MICROS = 100;

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** One small call of an action, in a process of its own against the host's. */
export const pluginCall: Benchmark = {
  name: 'plugin-call',
  mustReach: 'a call in the tier `process` costs at most 100 µs more than in `trusted`',
  async run() {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bench-plugin-')));
    writeFileSync(join(folder, 'index.ts'), CODE);
    const tiers = createTiers({ log: silent, onFault() {} });
    try {
      const trusted = await load(tiers.trusted, folder);
      const isolated = await load(tiers.process, folder);
      const inIsolate = await load(tiers.isolate, folder);
      const figures = await compare({
        trusted: calling(trusted, CALLS, 1),
        process: calling(isolated, CALLS, 1),
        isolate: calling(inIsolate, CALLS, 1),
        pipelined: calling(isolated, PIPELINED_CALLS, IN_FLIGHT),
      });
      const over = figures.process.wallMicros - figures.trusted.wallMicros;
      const pipelinedPerSecond = Math.round(1_000_000 / figures.pipelined.wallMicros);
      return {
        ratios: { '100 µs over trusted': over / MOST_OVER_MICROS },
        figures: { ...figures, overTrustedMicros: over, pipelinedPerSecond, inFlight: IN_FLIGHT },
        reached: over <= MOST_OVER_MICROS,
      };
    } finally {
      for (const tier of Object.values(tiers)) await tier[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function load(tier: Tier, folder: string): Promise<RunnableAction> {
  const manifest = manifestSchema.parse({
    id: 'bench',
    version: '1.0.0',
    host: '*',
    sdk: 1,
    entry: './index.ts',
    tier: tier.name,
    contributes: { actions: ['tools.bench.act'] },
  });
  const artifact = { id: 'bench', version: '1.0.0', folder, manifest, integrity: 'sha512-bench' };
  const signal = AbortSignal.timeout(30_000);
  const instance: TierInstance = await tier.load({ artifact, granted: {}, limits: DEFAULT_TIER_LIMITS, signal });
  return pluginAction(instance.plugin.actions[0]!, {
    id: 'bench',
    version: '1.0.0',
    ports: {},
    started: async () => {},
  });
}

function calling(action: RunnableAction, operations: number, inFlight: number): Contender {
  const invocation: Invocation = {
    args: { name: 'abc', count: 3 },
    run: { id: 'run-1', step: 'step', attempt: 1, idempotencyKey: 'key-1' },
    secrets: { resolve: async () => ({}) },
    environment: 'default',
    vars: {},
    env: {},
    now: 0,
    signal: new AbortController().signal,
    log: silent,
    warn() {},
  };
  return {
    operations,
    async run() {
      let left = operations;
      const worker = async () => {
        while (left-- > 0) {
          const { text } = (await action.run(invocation)) as { text: string };
          if (text !== 'abcabcabc') throw new Error('the plugin computed something else');
        }
      };
      await Promise.all(Array.from({ length: inFlight }, worker));
    },
  };
}
