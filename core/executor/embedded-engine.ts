import { getHeapStatistics } from 'node:v8';
import { raise } from '../errors/catalogue.ts';
import { systemClock } from './embedded/clock.ts';
import { createDefinitionCache } from './embedded/definition-cache.ts';
import { EngineOfJournal } from './embedded/engine-of-journal.ts';
import type { EmbeddedEngineOptions, EngineLimits } from './embedded/engine-options.ts';
import { EngineWithEdge } from './embedded/engine-with-edge.ts';
import { NO_JOURNAL } from './embedded/no-journal.ts';
import type { Engine } from './engine.ts';

/** What a run holds in memory is several times its JSON, and runs are not all that needs memory. */
const LIVE_SHARE_OF_HEAP = 1 / 8;

const DEFAULT_LIMITS: EngineLimits = {
  maxConcurrentActions: 256,
  maxOpenRuns: 20_000,
  cancelGraceMs: 10_000,
  maxLiveBytes: getHeapStatistics().heap_size_limit * LIVE_SHARE_OF_HEAP,
  hibernateAfterMs: 60_000,
  shutdownMs: 10_000,
  shareWaitMs: 10_000,
  maxEventSize: 16_000_000,
};

/**
 * The engine that runs in the host itself, on its share of a journal: all of it when there is no other host. Runs that a former host
 * left unfinished go on in the background; whoever asks for one of them meanwhile waits for it.
 */
export async function createEmbeddedEngine(options: EmbeddedEngineOptions): Promise<Engine> {
  const { journal } = options;
  const definitions = createDefinitionCache();
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const parts = { ...options, limits, clock: options.clock ?? systemClock(), definitions };
  const engine = new EngineOfJournal({ ...parts, alsoOpen: () => edge.machine.live });
  const edge = edgeOf(parts, engine);
  try {
    await engine.open();
    await edge.open();
  } catch (error) {
    await journal[Symbol.asyncDispose]();
    throw raise.STORAGE_UNAVAILABLE({ cause: (error as Error).message }, { cause: error });
  }
  return new EngineWithEdge({
    durable: engine,
    edge,
    shutdownMs: limits.shutdownMs,
    ...(options.edgeCounters !== undefined && { counters: options.edgeCounters }),
  });
}

/** Enough for callers that ask right after the start; more would only burden the garbage collector. */
const EDGE_RECENT_RUNS = 100;

/** The same engine on a journal that keeps nothing. The error handlers of its runs are runs like any other. */
function edgeOf(parts: ConstructorParameters<typeof EngineOfJournal>[0], durable: EngineOfJournal): EngineOfJournal {
  const { onRunEnded, edgeCounters } = parts;
  return new EngineOfJournal({
    ...parts,
    journal: NO_JOURNAL,
    recentRuns: EDGE_RECENT_RUNS,
    // Whoever disposes it has waited already.
    limits: { ...parts.limits, shutdownMs: 0, hibernateAfterMs: Number.POSITIVE_INFINITY },
    alsoOpen: () => durable.machine.live,
    startHandler: (request) => durable.start(request),
    onRunEnded(status, seconds, workflow) {
      onRunEnded?.(status, seconds, workflow);
      edgeCounters?.edgeRunEnded(workflow, status, seconds);
    },
  });
}
