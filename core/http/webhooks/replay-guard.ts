import type { KeyValue } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { Proof } from './webhook-call.ts';

export interface GuardedCall {
  /** Whose webhook it is. */
  readonly workflow: string;
  readonly proof: Proof;
  readonly idempotencyKey: string | undefined;
}

/**
 * Lets a call whose time is signed do its work once, on all hosts of the database, and again when the work failed. Repeating it
 * with the idempotency key that it came with is no replay: it gives the same run. Throws WEBHOOK_REPLAYED.
 */
export async function onceOnly<T>(seen: KeyValue, call: GuardedCall, work: () => Promise<T>): Promise<T> {
  const { workflow, proof, idempotencyKey } = call;
  if (proof.once === undefined) return work();
  const { digest, ttlMs } = proof.once;
  const key = `${workflow}:${digest}`;
  if (!(await seen.setIfAbsent(key, idempotencyKey ?? null, { ttlMs }))) {
    if (idempotencyKey !== undefined && (await seen.get(key)) === idempotencyKey) return work();
    throw raise.WEBHOOK_REPLAYED(undefined);
  }
  try {
    return await work();
  } catch (error) {
    await seen.delete(key);
    throw error;
  }
}
