import { randomBytes } from 'node:crypto';
import type { KeyValue } from '@backplane/sdk';

const NAME = 'interactions.key';

/** What signs the links by which people answer: made once for a database, so that every host on it takes the links of all. */
export async function openAnswerKey(store: KeyValue): Promise<string> {
  await store.setIfAbsent(NAME, randomBytes(32).toString('base64url'));
  return (await store.get(NAME)) as string;
}
