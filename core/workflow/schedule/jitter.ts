import { createHash } from 'node:crypto';
import type { Calendar } from './calendar.ts';

const SHARES = 2 ** 48;

/**
 * When the run of an occurrence is due: the same whoever asks, and whenever. It never lies beyond the next occurrence, so that
 * occurrences keep their order.
 */
export function dueTime(calendar: Calendar, jitter: number, seed: string, occurrence: number): number {
  if (jitter === 0) return occurrence;
  const next = calendar.after(occurrence) ?? Number.POSITIVE_INFINITY;
  const room = Math.min(jitter, next - occurrence - 1);
  const share = createHash('sha256').update(`${seed}/${occurrence}`).digest().readUIntBE(0, 6) / SHARES;
  return occurrence + Math.floor(share * room);
}
