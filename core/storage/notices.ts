import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { discardClient } from './discard-client.ts';

/** Hears what the database tells on a channel, on a connection of its own. */
export interface Notices extends Disposable {
  /** False while something may be missed: what was remembered must not be trusted then. */
  readonly listening: boolean;
}

export interface NoticesOptions {
  /** A `pg` connection string. */
  readonly url: string;
  readonly channel: string;
  onNotice(payload: string): void;
  /** Something may have been missed: it listens again after a break. */
  onGap(): void;
}

const RETRY_MS = 1_000;

/** Begins to listen, and goes on after every break until it is disposed. */
export function openNotices({ url, channel, onNotice, onGap }: NoticesOptions): Notices {
  const stopping = new AbortController();
  let listening = false;
  let current: pg.Client | undefined;

  async function listenOnce(): Promise<void> {
    const client = new pg.Client({
      connectionString: url,
      application_name: `listen ${channel}`,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    current = client;
    const ended = Promise.withResolvers<void>();
    client.once('end', () => ended.resolve());
    client.on('error', () => ended.resolve());
    client.on('notification', ({ payload }) => onNotice(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
      onGap();
      listening = true;
      await ended.promise;
    } finally {
      listening = false;
      discardClient(client);
    }
  }

  async function listen(): Promise<void> {
    while (!stopping.signal.aborted) {
      await listenOnce().catch(() => undefined);
      await pause(RETRY_MS, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
    }
  }

  void listen();
  return {
    get listening() {
      return listening;
    },
    [Symbol.dispose]() {
      stopping.abort();
      if (current !== undefined) discardClient(current);
    },
  };
}
