import { once } from 'node:events';
import { createServer } from 'node:http';
import pg from 'pg';

interface Call {
  readonly runId: string;
  readonly step: string;
  readonly key: string;
  /** When the step began to work, as it says itself; epoch milliseconds. */
  readonly began: number;
}

/** What steps call: counts calls, and answers after a moment. */
export async function countingUpstream() {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const [, runId, step] = request.url!.split('/') as [string, string, string];
    const { 'idempotency-key': key, 'x-began': began = Date.now() } = request.headers;
    calls.push({ runId, step, key: key as string, began: Number(began) });
    setTimeout(() => response.end('{}'), calls.length % 7);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections());
  return { calls, url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close };
}

/** `run/step` of every step whose end is in the journal, where a run's steps are `s1`, `s2` … and end in order. */
export async function journaledSteps(url: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ run_id: string; ended: number }>(
    `SELECT run_id, count(*)::int AS ended FROM run_event WHERE body LIKE '{"type":"ActionCompleted"%' GROUP BY run_id`,
  );
  await client.end();
  return rows.flatMap(({ run_id, ended }) => Array.from({ length: ended }, (_, i) => `${run_id}/s${i + 1}`));
}

/** Remembers when steps were journaled, and finds those that were called afterwards. */
export class StepWatch {
  readonly #calls: readonly Call[];
  /** Journaled step → how many calls had come when that was known. */
  readonly done = new Map<string, number>();

  constructor(calls: readonly Call[]) {
    this.#calls = calls;
  }

  async look(url: string): Promise<void> {
    for (const step of await journaledSteps(url)) if (!this.done.has(step)) this.done.set(step, this.#calls.length);
  }

  get calledAgain(): readonly Call[] {
    return this.#calls.filter(
      ({ runId, step }, i) => i >= (this.done.get(`${runId}/${step}`) ?? Number.POSITIVE_INFINITY),
    );
  }

  /** By `run/step`. */
  keys(): ReadonlyMap<string, ReadonlySet<string>> {
    const keys = new Map<string, Set<string>>();
    for (const { runId, step, key } of this.#calls) {
      const name = `${runId}/${step}`;
      keys.set(name, (keys.get(name) ?? new Set()).add(key));
    }
    return keys;
  }
}
