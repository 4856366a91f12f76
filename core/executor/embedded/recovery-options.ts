import type { Log } from '@backplane/sdk';
import type { Journal } from '../journal/journal.ts';
import type { DefinitionCache } from './definition-cache.ts';
import type { RunMachine } from './run-machine.ts';

export interface RecoveryOptions {
  readonly journal: Journal;
  readonly definitions: DefinitionCache;
  readonly machine: RunMachine;
  readonly log: Log;
  /** True once the engine is stopping. */
  stopped(): boolean;
}
