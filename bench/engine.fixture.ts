import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createActionRunner } from '../core/executor/create-action-runner.ts';
import { createEmbeddedEngine } from '../core/executor/embedded-engine.ts';
import type { Engine, RunRequest } from '../core/executor/engine.ts';
import { openPostgresJournal } from '../core/executor/journal/postgres-journal.ts';
import { workflow } from '../core/executor/scheduler/run-driver.fixture.ts';
import { createScriptSandbox } from '../core/sandbox/create-script-sandbox.ts';
import { openDatabase } from '../core/storage/open-database.ts';
import { silentLog } from '../core/storage/silent-log.fixture.ts';
import { testAction, testRegistry } from '../core/workflow/test-registry.fixture.ts';

/** What a step computes, as the published comparisons of workflow engines have it. */
export function fibonacci(n: number): number {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

const SCRIPT = `function fibonacci(n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }
function main() { return fibonacci(10); }`;

/** The whole engine as a host has it, on a Postgres of its own: real journal, runner, expressions and sandbox. */
export interface BenchEngine extends AsyncDisposable {
  readonly engine: Engine;
  readonly url: string;
  /** Runs the script in the sandbox, as the engine's scripted steps do. */
  script(): Promise<unknown>;
  /** Starts a run and waits for its end. */
  run(request: RunRequest): Promise<void>;
}

export async function openBenchEngine(): Promise<BenchEngine> {
  await using undo = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'bp-bench-'));
  undo.defer(() => rm(dataDir, { recursive: true, force: true }));
  const database = undo.use(await openDatabase({ dataDir, log: silentLog }));
  const sandbox = undo.use(createScriptSandbox({ log: silentLog }));
  const script = async () =>
    (await sandbox.run({ tenant: 'bench', language: 'javascript', source: SCRIPT, inputs: {} })).result;
  const compute = async () => fibonacci(10);
  const actions = [
    testAction({ name: 'bench.script', effect: 'pure' }, script),
    testAction({ name: 'bench.pure', effect: 'pure' }, compute),
    testAction({ name: 'bench.write', effect: 'write' }, compute),
  ];
  const engine = undo.use(
    await createEmbeddedEngine({
      journal: await openPostgresJournal({ url: database.url, log: silentLog }),
      runner: createActionRunner({
        registry: testRegistry(...actions),
        secrets: { resolve: async () => ({}) },
        variables: { resolve: () => ({}) },
        log: silentLog,
      }),
      workflows: { resolve: async () => undefined },
      log: silentLog,
    }),
  );
  const held = undo.move();
  return {
    engine,
    url: database.url,
    script,
    async run(request) {
      const { runId } = await engine.start(request);
      const { status, error } = await engine.result(runId);
      if (status !== 'completed') throw new Error(`The run ended as ${status}: ${error?.message}`);
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** One step after the other, each reading the result of the one before. */
export function sequence(action: string, steps: number): RunRequest {
  const chain = Array.from({ length: steps }, (_, i) => ({
    ref: `s${i}`,
    action,
    args: { value: i === 0 ? 1 : `\${{ ACTIONS.s${i - 1}.result }}` },
    ...(i > 0 && { after: [`s${i - 1}`] }),
  }));
  const definition = workflow(chain, { returns: `\${{ ACTIONS.s${steps - 1}.result }}` });
  return { workflow: action, version: 1, definition, trigger: {}, triggerType: 'manual' };
}

/** Keeps `inFlight` runs going until `total` have ended. */
export async function inFlight(count: number, total: number, run: () => Promise<unknown>): Promise<void> {
  let left = total;
  const lane = async () => {
    while (left-- > 0) await run();
  };
  await Promise.all(Array.from({ length: count }, lane));
}
