import { raise } from '../../errors/catalogue.ts';
import type { RunRecord } from '../engine.ts';
import type { Journal } from '../journal/journal.ts';
import type { Request } from '../scheduler/event.ts';

/** What is needed to ask something of a run and of those that it has started. */
export interface RunControl extends Pick<Journal, 'unfinishedChildren'> {
  now(): number;
  /** Resolves when it is durable, or the run has ended. Throws RUN_NOT_FOUND. */
  tell(runId: string, event: Request): Promise<void>;
  read(runId: string): Promise<RunRecord | undefined>;
}

/** Once the run has ended it starts no more runs, so none is missed. After a crash in between, doing it again finishes the work. */
export async function terminateRun(control: RunControl, runId: string, reason: string): Promise<void> {
  await control.tell(runId, { type: 'TerminateRequested', at: control.now(), reason });
  if ((await control.read(runId))?.cancel?.terminated !== true) return;
  const children = await control.unfinishedChildren(runId, 'all');
  const why = `the run that started it was terminated: ${reason}`.slice(0, 500);
  await Promise.all(children.map((child) => terminateRun(control, child, why)));
}

/** Throws RUN_NOT_FOUND or RUN_ENDED. */
export async function pauseRun(control: RunControl, runId: string, reason: string): Promise<void> {
  await refuseEnded(control, runId);
  await pauseWithChildren(control, runId, { reason });
}

async function pauseWithChildren(
  control: RunControl,
  runId: string,
  pause: { readonly reason: string; readonly by?: string },
): Promise<void> {
  await control.tell(runId, { type: 'PauseRequested', at: control.now(), ...pause });
  if ((await control.read(runId))?.paused === undefined) return;
  const children = await control.unfinishedChildren(runId, 'waited');
  await Promise.all(children.map((child) => pauseWithChildren(control, child, { reason: pause.reason, by: runId })));
}

/** Throws RUN_NOT_FOUND or RUN_ENDED. */
export async function resumeRun(control: RunControl, runId: string): Promise<void> {
  await refuseEnded(control, runId);
  await resumeWithChildren(control, runId, {});
}

/** A child that somebody has paused for itself stays so. */
async function resumeWithChildren(control: RunControl, runId: string, how: { readonly by?: string }): Promise<void> {
  await control.tell(runId, { type: 'ResumeRequested', at: control.now(), ...how });
  if ((await control.read(runId))?.paused !== undefined) return;
  const children = await control.unfinishedChildren(runId, 'waited');
  await Promise.all(children.map((child) => resumeWithChildren(control, child, { by: runId })));
}

async function refuseEnded({ read }: RunControl, runId: string): Promise<void> {
  const run = await read(runId);
  if (run === undefined) throw raise.RUN_NOT_FOUND({ runId });
  if (run.status !== 'running') throw raise.RUN_ENDED({ runId, status: run.status });
}
