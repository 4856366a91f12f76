import { createHash } from 'node:crypto';
import type { Log } from '@backplane/sdk';
import type { Redis } from 'ioredis';
import { openRedis } from '../../storage/open-redis.ts';
import type { AccessNews, AccessNewsListener } from './access-news.ts';

export interface RedisNewsOptions {
  /** `redis://…`; holds the password: never log it. */
  readonly url: string;
  /** Tells the hosts of this database apart from those of others that use the same Redis. */
  readonly database: string;
  readonly log: Log;
}

/** Tells and hears by the publish and subscribe of a Redis that the hosts share. */
export class RedisNews implements AccessNews {
  readonly #hearing: Redis;
  readonly #telling: Redis;
  readonly #channel: string;
  readonly #log: Log;
  live = false;

  constructor({ url, database, log }: RedisNewsOptions, listener: AccessNewsListener) {
    this.#log = log;
    this.#channel = `backplane:access:${createHash('sha256').update(database).digest('base64url').slice(0, 16)}`;
    this.#telling = openRedis(url, log);
    this.#hearing = openRedis(url, log);
    this.#hearing.on('message', (_channel, subject) => listener.onChange(subject));
    const gone = () => {
      if (!this.live) return;
      this.live = false;
      listener.onGap();
    };
    this.#hearing.on('close', gone);
    this.#hearing.on('ready', async () => {
      try {
        await this.#hearing.subscribe(this.#channel);
        listener.onGap();
        this.live = true;
      } catch {
        // It is cut off again: the next `ready` tries anew.
        gone();
      }
    });
  }

  /** The database tells it too, to those who hear it there; a Redis that is away must not undo what has been stored. */
  async publish(subject: string): Promise<void> {
    try {
      await this.#telling.publish(this.#channel, subject);
    } catch (error) {
      this.#log.warn('Other hosts may hear late of a change of rights', { cause: (error as Error).message });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.live = false;
    this.#hearing.disconnect();
    this.#telling.disconnect();
  }
}
