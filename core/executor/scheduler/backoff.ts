import type { Backoff } from '../../workflow/graph.ts';
import { fraction } from './deterministic-random.ts';

/** Milliseconds to wait before try number `tries + 1`: exponential, capped, with a jitter that is the same for the same seed. */
export function backoffDelay(backoff: Backoff, tries: number, seed: string): number {
  const plain = Math.min(backoff.maxMs, backoff.initialMs * backoff.factor ** (tries - 1));
  return Math.round(plain * (1 + backoff.jitter * (2 * fraction(seed) - 1)));
}
