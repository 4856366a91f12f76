import { createHash } from 'node:crypto';
import type { KeyValue, RunInfo } from '@backplane/sdk';

/** How many identities are asked about at the same time. */
const AT_ONCE = 32;

/**
 * For each identity whether it was not seen within the time to live; from now on it is. An identity that this very step recorded in an
 * attempt that broke off afterwards still counts as new, or its item would be lost.
 */
export async function rememberNew(
  identities: readonly string[],
  { kv, run, ttlMs }: { readonly kv: KeyValue; readonly run: RunInfo; readonly ttlMs: number },
): Promise<boolean[]> {
  const mark = { by: run.idempotencyKey };
  const isNew = async (identity: string) => {
    const key = `seen:${createHash('sha256').update(identity).digest('hex')}`;
    return (await kv.setIfAbsent(key, mark, { ttlMs })) || markedBy(await kv.get(key)) === mark.by;
  };
  const answers: boolean[] = [];
  for (let start = 0; start < identities.length; start += AT_ONCE) {
    answers.push(...(await Promise.all(identities.slice(start, start + AT_ONCE).map(isNew))));
  }
  return answers;
}

function markedBy(stored: unknown): unknown {
  return typeof stored === 'object' && stored !== null ? (stored as { by?: unknown }).by : undefined;
}
