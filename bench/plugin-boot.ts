import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark } from './benchmark.ts';
import { fillHome } from './many-plugins.fixture.ts';
import { startOnce } from './start-once.fixture.ts';

const PLUGINS = 500;
const TEMPLATES = 5_000;
const ROUNDS = 7;
const LIMIT_MS = 500;

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Warm starts of a whole host with many plugins and templates, and without any, in turn. Linux only. */
export const pluginBoot: Benchmark = {
  name: 'plugin-boot',
  mustReach: `${PLUGINS} plugins and ${TEMPLATES} templates add less than ${LIMIT_MS} ms to a warm start`,
  async run() {
    const [full, bare] = ['full', 'bare'].map((name) => mkdtempSync(join(tmpdir(), `bp-${name}-`))) as [string, string];
    try {
      await fillHome(full, PLUGINS, TEMPLATES);
      await fillHome(bare, 0, 0);
      const config = (home: string) => ['--config', join(home, 'config')];
      for (const home of [full, bare]) await startOnce(home, config(home));
      const [withAll, without, added]: [number[], number[], number[]] = [[], [], []];
      const memory: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const much = await startOnce(full, config(full));
        const little = await startOnce(bare, config(bare));
        withAll.push(much.milliseconds);
        without.push(little.milliseconds);
        added.push(much.milliseconds - little.milliseconds);
        memory.push(much.residentMb - little.residentMb);
      }
      const addedMs = median(added);
      return {
        ratios: { 'the same host without': median(withAll) / median(without), [`${LIMIT_MS} ms`]: addedMs / LIMIT_MS },
        figures: { addedMs, withMs: median(withAll), withoutMs: median(without), addedMb: median(memory) },
        reached: addedMs < LIMIT_MS,
      };
    } finally {
      for (const home of [full, bare]) rmSync(home, { recursive: true, force: true });
    }
  },
};
