import type { Log } from '@backplane/sdk';
import type { Engine } from '../engine.ts';
import type { RunTable } from '../history/run-table.ts';

export interface OrphanedRunsOptions {
  readonly table: Pick<RunTable, 'orphaned'>;
  readonly engine: Pick<Engine, 'terminate'>;
  readonly log: Log;
  readonly everyMs?: number;
}

const EVERY_MS = 60_000;
const BATCH = 1_000;
const REASON = 'its workspace was deleted';

/**
 * Ends runs whose workspace is gone: those that somebody started on one host while another one deleted it, and those that a host left behind
 * that was killed in the middle.
 */
export class OrphanedRuns implements AsyncDisposable {
  readonly #options: OrphanedRunsOptions;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(options: OrphanedRunsOptions) {
    this.#options = options;
  }

  start(): void {
    const { log, everyMs = EVERY_MS } = this.#options;
    this.#timer = setInterval(() => {
      this.#working = this.#working
        .then(() => this.sweep())
        .catch((error: Error) => log.warn('runs without a workspace go on for now', { cause: error.message }));
    }, everyMs).unref();
  }

  async sweep(): Promise<void> {
    const { table, engine, log } = this.#options;
    const ids = await table.orphaned(BATCH);
    for (const id of ids) await engine.terminate(id, REASON);
    if (ids.length > 0) log.info('runs without a workspace were terminated', { runs: ids.length });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#working;
  }
}
