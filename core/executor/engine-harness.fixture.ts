import { afterEach } from 'vitest';
import { type TestEngineOptions, testEngine } from './engine.fixture.ts';
import type { Engine, RunRecord, RunRequest } from './engine.ts';
import type { Journal } from './journal/journal.ts';
import type { RunEvent } from './scheduler/event.ts';

/** Engines on one journal; those that a test leaves running are stopped after it. */
export interface EngineHarness {
  start(options?: TestEngineOptions): Promise<Engine>;
  stop(engine: Engine): Promise<void>;
  /** From now on, runs that a test leaves unfinished are ended after it, so that the next does not meet them. */
  endLeftovers(): void;
  /** Starts a run and waits for its end. */
  run(engine: Engine, asked: RunRequest): Promise<RunRecord>;
  /** All events of a run until it ends. */
  collect(
    engine: Engine,
    runId: string,
    after?: number,
  ): Promise<readonly { readonly seq: number; readonly event: RunEvent }[]>;
}

/** `open` gives the same store again after a restart. */
export function engineHarness(open: () => Promise<Journal>): EngineHarness {
  const running = new Set<Engine>();
  const stop = async (engine: Engine) => {
    running.delete(engine);
    await engine[Symbol.asyncDispose]();
  };
  afterEach(async () => {
    for (const engine of running) await stop(engine);
  });
  return {
    async start(options) {
      const engine = await testEngine(await open(), options);
      running.add(engine);
      return engine;
    },
    stop,
    endLeftovers: () =>
      afterEach(async () => {
        for (const engine of running) {
          const { items } = await engine.list({ status: 'running', limit: 200 });
          await Promise.all(items.map(({ runId }) => engine.terminate(runId, 'the test is over')));
        }
      }),
    run: async (engine, asked) => engine.result((await engine.start(asked)).runId),
    async collect(engine, runId, after = 0) {
      const seen: { readonly seq: number; readonly event: RunEvent }[] = [];
      for await (const one of engine.events(runId, after, new AbortController().signal)) seen.push(one);
      return seen;
    },
  };
}
