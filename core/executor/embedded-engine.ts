import { raise } from '../errors/catalogue.ts';
import { systemClock } from './embedded/clock.ts';
import { createDefinitionCache } from './embedded/definition-cache.ts';
import { EngineOfJournal } from './embedded/engine-of-journal.ts';
import type { EmbeddedEngineOptions, EngineLimits } from './embedded/engine-options.ts';
import { recoverRuns } from './embedded/recover-runs.ts';
import type { Engine } from './engine.ts';

const DEFAULT_LIMITS: EngineLimits = {
  maxConcurrentActions: 256,
  maxOpenRuns: 20_000,
  shutdownMs: 10_000,
  maxEventSize: 16_000_000,
};

/**
 * The engine that runs in the host itself, on a journal that it alone writes. Runs that a former host left unfinished go on in the
 * background; whoever asks for one of them meanwhile waits for it.
 */
export async function createEmbeddedEngine(options: EmbeddedEngineOptions): Promise<Engine> {
  const { journal, log } = options;
  const definitions = createDefinitionCache();
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const engine = new EngineOfJournal({ ...options, limits, clock: options.clock ?? systemClock(), definitions });
  try {
    const unfinished = await journal.unfinished();
    if (unfinished.length > 0)
      log.info('Going on with the runs that were left unfinished', { runs: unfinished.length });
    engine.recovering(
      recoverRuns(unfinished, { journal, definitions, log, machine: engine.machine, stopped: () => engine.stopped }),
    );
  } catch (error) {
    await journal[Symbol.asyncDispose]();
    throw raise.STORAGE_UNAVAILABLE({ cause: (error as Error).message }, { cause: error });
  }
  return engine;
}
