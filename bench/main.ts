// `npm run bench [-- name …]`: runs the benchmarks one after the other, prints their ratios and keeps the results.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';

const folder = import.meta.dirname;
const NOT_BENCHMARKS = new Set(['main.ts', 'benchmark.ts', 'compare.ts']);

/** Peers are installed here alone, and a machine that cannot install them still measures the rest. */
function installPeers(): void {
  if (existsSync(join(folder, 'node_modules'))) return;
  const result = spawnSync('npm', ['ci', '--no-fund', '--no-audit'], { cwd: folder, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) process.stderr.write('The peers could not be installed; they are reported as missing.\n');
}

async function benchmarks(wanted: readonly string[]): Promise<Benchmark[]> {
  const files = readdirSync(folder).filter(
    (file) => file.endsWith('.ts') && !NOT_BENCHMARKS.has(file) && !file.endsWith('.fixture.ts'),
  );
  const found: Benchmark[] = [];
  for (const file of files.sort()) {
    const module = (await import(join(folder, file))) as Record<string, unknown>;
    for (const value of Object.values(module))
      if (isBenchmark(value) && (wanted.length === 0 || wanted.includes(value.name))) found.push(value);
  }
  return found;
}

function isBenchmark(value: unknown): value is Benchmark {
  return typeof value === 'object' && value !== null && 'mustReach' in value && 'run' in value;
}

function report(benchmark: Benchmark, result: BenchmarkResult): void {
  const ratios = Object.entries(result.ratios).map(([peer, ratio]) => `${ratio.toFixed(2)} × ${peer}`);
  const verdict = result.reached === undefined ? 'no verdict' : result.reached ? 'reached' : 'NOT REACHED';
  process.stdout.write(`${benchmark.name}: ${ratios.join(', ')} (must reach: ${benchmark.mustReach}; ${verdict})\n`);
  process.stdout.write(`  ${JSON.stringify(result.figures)}\n`);
  for (const peer of result.missing ?? []) process.stdout.write(`  missing: ${peer}\n`);
}

function keep(benchmark: Benchmark, result: BenchmarkResult): void {
  const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: folder, encoding: 'utf8' }).stdout.trim();
  const machine = {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
  mkdirSync(join(folder, 'results'), { recursive: true });
  const { name, mustReach } = benchmark;
  const text = JSON.stringify({ name, mustReach, commit, machine, ...result }, null, 2);
  writeFileSync(join(folder, 'results', `${name}.json`), `${text}\n`);
}

installPeers();
const selected = await benchmarks(process.argv.slice(2));
if (selected.length === 0) {
  process.stderr.write('No benchmark has that name.\n');
  process.exitCode = 2;
}
for (const benchmark of selected) {
  const result = await benchmark.run();
  report(benchmark, result);
  keep(benchmark, result);
  if (result.reached === false) process.exitCode = 1;
}
