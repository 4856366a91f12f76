import type { RunAction } from './scheduler/command.ts';

type Work = Pick<RunAction, 'item' | 'round' | 'stream' | 'pass'>;

/**
 * The same for every attempt at the same work, also after a crash: run, stream, step, item. A round that `retry_until` asks for
 * and an iteration of a loop are new work and have keys of their own.
 */
export function idempotencyKey(runId: string, ref: string, { item, round, stream, pass }: Work): string {
  const step = `${stream === undefined ? '' : `${stream}/`}${ref}${pass === undefined ? '' : `@${pass}`}`;
  return `${runId}/${step}${item === undefined ? '' : `/${item}`}${round === undefined ? '' : `~${round}`}`;
}
