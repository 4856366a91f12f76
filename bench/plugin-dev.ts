import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DevEvent, openDevSession } from '../core/authoring/dev/dev-session.ts';
import type { TierName } from '../core/plugins/tiers/tier.ts';
import type { Benchmark } from './benchmark.ts';

const EDITS = 9;
const MOST_MS = 1000;
/** Nobody edits faster, and the process for the next version needs to be ready. */
const PAUSE_MS = 2500;
const LOOK_MS = 5;

interface Edits {
  /** From the written file to an answer of the new version. */
  readonly medianMs: number;
  readonly slowestMs: number;
  /** Of these, until the file was quiet and its version loaded. */
  readonly medianLoadMs: number;
}

/** A file of a plugin is edited under `plugin dev`, and its action called until the new version answers. */
export const pluginDev: Benchmark = {
  name: 'plugin-dev',
  mustReach: `an edit answers within ${MOST_MS} ms in each tier`,
  async run() {
    const tiers: Record<TierName, Edits> = {
      trusted: await editIn('trusted'),
      process: await editIn('process'),
      isolate: await editIn('isolate'),
    };
    const all = Object.entries(tiers);
    return {
      ratios: Object.fromEntries(all.map(([tier, { medianMs }]) => [`${MOST_MS} ms (${tier})`, medianMs / MOST_MS])),
      figures: tiers,
      reached: all.every(([, { medianMs }]) => medianMs <= MOST_MS),
    };
  },
};

async function editIn(tier: TierName): Promise<Edits> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bench-dev-')));
  const contributes = { actions: ['tools.bench.act'] };
  const manifest = { id: 'bench', version: '1.0.0', host: '*', sdk: 1, entry: './index.ts', contributes };
  writeFileSync(join(folder, 'plugin.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'index.ts'), code(0));
  const events: DevEvent[] = [];
  const times: number[] = [];
  await using held = new AsyncDisposableStack();
  held.defer(() => rmSync(folder, { recursive: true, force: true }));
  const session = held.use(await openDevSession({ folder, tier, onEvent: (event) => void events.push(event) }));
  for (let n = 1; n <= EDITS; n++) {
    await pause(PAUSE_MS);
    const begun = performance.now();
    writeFileSync(join(folder, 'index.ts'), code(n));
    for (let result: unknown; Number(result) !== n; await pause(LOOK_MS))
      ({ result } = await session.call({ action: 'tools.bench.act', input: {} }));
    times.push(performance.now() - begun);
  }
  const loads = events.flatMap((event) => (event.type === 'loaded' ? [event.ms] : [])).slice(1);
  return { medianMs: median(times), slowestMs: Math.round(Math.max(...times)), medianLoadMs: median(loads) };
}

function median(times: readonly number[]): number {
  return Math.round(times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function code(n: number): string {
  return `import { defineAction, definePlugin } from '@backplane/sdk';
import { z } from 'zod';
const act = defineAction({ name: 'tools.bench.act', title: 'Act', summary: 'Acts.', effect: 'pure', idempotent: 'always',
  input: z.object({}), run: () => ${n} });
export default definePlugin({ id: 'bench', contributes: [act] });`;
}
