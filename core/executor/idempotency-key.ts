import type { RunAction } from './scheduler/command.ts';

/**
 * The same for every attempt at the same work, also after a crash: run, step, item. A round that `retry_until` asks for is new
 * work and has a key of its own.
 */
export function idempotencyKey(runId: string, ref: string, { item, round }: Pick<RunAction, 'item' | 'round'>): string {
  return `${runId}/${ref}${item === undefined ? '' : `/${item}`}${round === undefined ? '' : `~${round}`}`;
}
