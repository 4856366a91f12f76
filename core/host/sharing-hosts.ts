import pg from 'pg';
import type { HostInfo } from '../executor/engine.ts';
import { listHosts } from '../executor/hosts/list-hosts.ts';
import { discardClient } from '../storage/discard-client.ts';

const UNDEFINED_TABLE = '42P01';

/** The hosts that work on a database, without becoming one. */
export async function sharingHosts(url: string): Promise<readonly HostInfo[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await listHosts(async <T extends object>(text: string) => (await client.query<T>(text)).rows);
  } catch (error) {
    // No host has been there yet.
    if ((error as { readonly code?: unknown }).code === UNDEFINED_TABLE) return [];
    throw error;
  } finally {
    discardClient(client);
  }
}

/** In words, as `backplane doctor` prints it. */
export function describeHosts(hosts: readonly HostInfo[], now: number): string {
  if (hosts.length === 0) return 'no host works on it';
  const each = hosts.map(({ name, shards, liveRuns, seenAt }) => {
    const seconds = Math.max(0, Math.round((now - Date.parse(seenAt)) / 1000));
    return `${name} (${shards} of 64 shards, ${liveRuns} unfinished runs, seen ${seconds} s ago)`;
  });
  return `${hosts.length === 1 ? '1 host works' : `${hosts.length} hosts work`} on it: ${each.join('; ')}`;
}
