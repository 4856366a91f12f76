import type { Log } from '@backplane/sdk';
import { Redis, type RedisOptions } from 'ioredis';

/** A client that connects by itself, and again whenever it was cut off. Its address holds the password and is never logged. */
export function openRedis(url: string, log: Log, options: RedisOptions = {}): Redis {
  const client = new Redis(url, {
    maxRetriesPerRequest: 1,
    connectTimeout: 5_000,
    commandTimeout: 5_000,
    retryStrategy: (attempt) => Math.min(5_000, 100 * attempt),
    ...options,
  });
  let said = false;
  client.on('ready', () => {
    said = false;
  });
  client.on('error', ({ message }) => {
    if (!said) log.warn('Redis cannot be reached', { cause: message });
    said = true;
  });
  return client;
}
