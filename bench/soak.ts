import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { residentBytes } from '../core/sandbox/pool/process-usage.ts';
import { openDatabase } from '../core/storage/open-database.ts';
import { silentLog } from '../core/storage/silent-log.fixture.ts';
import type { Benchmark } from './benchmark.ts';
import { type HostProcess, openHost } from './host-process.fixture.ts';
import { addSoakWorkflows, SOAK_CALLS, type SoakCall } from './soak-load.fixture.ts';
import { trend } from './trend.fixture.ts';

const MINUTES = Number(process.env['BENCH_SOAK_MINUTES'] ?? 10);
/** What comes before says nothing: code is compiled and pools fill. */
const WARM_UP_SHARE = 0.3;
const SAMPLES = 150;
/** Memory goes up and down with every sweep; what stays is the lowest of so many samples. */
const WINDOW = 7;
const LANES = 8;

interface Sample {
  readonly residentMb: number;
  readonly heapMb: number;
  readonly handles: number;
  readonly connections: number;
}

async function sample(host: HostProcess, postgres: pg.Client): Promise<Sample> {
  const metrics = await (await fetch(`${host.url}/metrics`)).text();
  const { rows } = await postgres.query<{ count: number }>(
    "SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend'",
  );
  return {
    residentMb: (residentBytes(host.pid) ?? Number.NaN) / 2 ** 20,
    heapMb: Number(/^nodejs_heap_size_used_bytes (\S+)$/m.exec(metrics)![1]) / 2 ** 20,
    handles: readdirSync(`/proc/${host.pid}/fd`).length,
    connections: rows[0]!.count,
  };
}

/** Keeps so many calls going until the time is up. Any answer that is not what it should be ends the benchmark. */
async function load(host: HostProcess, until: number): Promise<Record<string, number>> {
  const done: Record<string, number> = {};
  const lane = async (offset: number) => {
    for (let turn = offset; Date.now() < until; turn++) {
      const [name, call] = SOAK_CALLS[turn % SOAK_CALLS.length] as readonly [string, SoakCall];
      await call(host);
      done[name] = (done[name] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, index) => lane(index)));
  return done;
}

function lowest(samples: readonly number[]): number[] {
  const windows = Math.floor(samples.length / WINDOW);
  return Array.from({ length: windows }, (_, i) => Math.min(...samples.slice(i * WINDOW, (i + 1) * WINDOW)));
}

/** Mixed load on one host: whatever it keeps must not grow. Linux only. `BENCH_SOAK_MINUTES` makes it shorter. */
export const soak: Benchmark = {
  name: 'soak',
  mustReach: 'memory, handles and connections flat after the warm-up',
  async run() {
    await using undo = new AsyncDisposableStack();
    const dataDir = mkdtempSync(join(tmpdir(), 'bp-soak-'));
    undo.defer(() => rmSync(dataDir, { recursive: true, force: true }));
    const { url } = undo.use(await openDatabase({ dataDir, log: silentLog }));
    const host = undo.use(await openHost(`secrets: {bench: {KEY: open-sesame}}\ndatabase: {url: "${url}"}\n`));
    await addSoakWorkflows(host);
    const postgres = new pg.Client({ connectionString: url });
    await postgres.connect();
    undo.defer(() => postgres.end());
    const until = Date.now() + MINUTES * 60_000;
    const samples: Sample[] = [];
    const working = load(host, until);
    while (Date.now() < until) {
      await Promise.race([pause((MINUTES * 60_000) / SAMPLES), working]);
      samples.push(await sample(host, postgres));
    }
    const done = await working;
    const steady = samples.slice(Math.floor(samples.length * WARM_UP_SHARE));
    const of = (kind: keyof Sample) => trend(lowest(steady.map((one) => one[kind])));
    const trends = {
      resident: of('residentMb'),
      heap: of('heapMb'),
      handles: of('handles'),
      connections: of('connections'),
    };
    return {
      ratios: Object.fromEntries(
        Object.entries(trends).map(([name, { first, last }]) => [`itself after the warm-up (${name})`, last / first]),
      ),
      figures: { minutes: MINUTES, done, ...trends },
      reached: Object.values(trends).every(({ grows }) => !grows),
    };
  },
};
