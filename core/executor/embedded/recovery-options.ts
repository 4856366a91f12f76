import type { Log } from '@backplane/sdk';
import type { Journal } from '../journal/journal.ts';
import type { DefinitionCache } from './definition-cache.ts';
import type { RunMachine } from './run-machine.ts';

export interface RecoveryOptions {
  readonly journal: Journal;
  readonly definitions: DefinitionCache;
  readonly machine: RunMachine;
  readonly log: Log;
  /** All shards whose runs these are. */
  readonly shards: ReadonlySet<number>;
  /** True once the engine is stopping, or other hosts have the runs. */
  stopped(): boolean;
}
