import pg from 'pg';
import type { Benchmark } from './benchmark.ts';
import { type Contender, compare } from './compare.ts';
import { DBOS_MISSING, openDbos } from './dbos.fixture.ts';
import { fibonacci, openBenchEngine, sequence } from './engine.fixture.ts';

const STEPS = 40;
const RUNS = 10;

function repeated(run: () => Promise<unknown>): Contender {
  return {
    operations: RUNS,
    async run() {
      for (let i = 0; i < RUNS; i++) await run();
    },
  };
}

/** What it costs to do the work of a step and write it down: one row, one commit, and the next step only after it. */
class BareCommits implements AsyncDisposable {
  readonly #client: pg.Client;

  constructor(url: string) {
    this.#client = new pg.Client({ connectionString: url });
  }

  async open(): Promise<void> {
    await this.#client.connect();
    await this.#client.query('CREATE TABLE bare (run uuid, step integer, body text, PRIMARY KEY (run, step))');
  }

  async run(work: () => unknown): Promise<void> {
    const id = crypto.randomUUID();
    for (let step = 0; step < STEPS; step++) {
      const body = JSON.stringify({ type: 'ActionCompleted', seq: step, at: Date.now(), result: await work() });
      await this.#client.query('INSERT INTO bare VALUES ($1, $2, $3)', [id, step, body]);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#client.end();
  }
}

type Name = 'pure' | 'bare' | 'effectful' | 'scripted' | 'bareScripted' | 'dbos';

/**
 * One run of 40 steps, one after the other, each computing fibonacci(10), from its start to its durable end. `pure`: steps without
 * effect outside, for which the engine need not wait for the disk before it goes on. `effectful`: steps that might act on the world,
 * each begun only when the one before is durable, as bare commits are. `scripted`: as user scripts in the sandbox, on both sides.
 */
export const engineSequential: Benchmark = {
  name: 'engine-sequential',
  mustReach: 'at most 0.5 × bare commits, and at least 3 times as fast as DBOS',
  async run() {
    await using bench = await openBenchEngine();
    await using commits = new BareCommits(bench.url);
    await commits.open();
    await using dbos = await openDbos(bench.url);
    const runOf = (action: string) => {
      const request = sequence(action, STEPS);
      return repeated(() => bench.run(request));
    };
    const figures = await compare({
      pure: runOf('bench.pure'),
      bare: repeated(() => commits.run(() => fibonacci(10))),
      effectful: runOf('bench.write'),
      scripted: runOf('bench.script'),
      bareScripted: repeated(() => commits.run(bench.script)),
      ...(dbos !== undefined && { dbos: repeated(() => dbos.run(STEPS)) }),
    } as Record<Name, Contender>);
    const ratio = (ours: Name, peer: Name) => figures[ours].wallMicros / figures[peer].wallMicros;
    const ratios: Record<string, number> = {
      'bare commits': ratio('pure', 'bare'),
      'bare commits (effectful steps)': ratio('effectful', 'bare'),
      'bare commits (scripts in the sandbox, on both sides)': ratio('scripted', 'bareScripted'),
    };
    if (dbos === undefined) return { ratios, figures: { ...figures, steps: STEPS }, missing: [DBOS_MISSING] };
    const peers = { DBOS: ratio('pure', 'dbos'), 'DBOS (effectful steps)': ratio('effectful', 'dbos') };
    const reached = ratio('pure', 'bare') <= 0.5 && ratio('pure', 'dbos') <= 1 / 3;
    return { ratios: { ...ratios, ...peers }, figures: { ...figures, steps: STEPS }, reached };
  },
};
