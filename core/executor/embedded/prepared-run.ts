import type { JournalWrite } from '../journal/journal.ts';
import type { Command } from '../scheduler/command.ts';
import type { LiveRun } from './live-run.ts';

/** A first event that has been reduced and not yet been appended. */
export interface Prepared {
  readonly run: LiveRun;
  readonly write: JournalWrite;
  readonly commands: readonly Command[];
}
