import type { Counted, Log, SharedState } from '@backplane/sdk';
import type { Redis } from 'ioredis';
import { openRedis } from '../../storage/open-redis.ts';

const PREFIX = 'backplane:gateway:';

const ADD = `
local count = redis.call('INCRBYFLOAT', KEYS[1], ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  left = tonumber(ARGV[2])
end
return { count, left }`;

/** `ARGV[1]`: whether a value is expected at all. */
const SWAP = `
local now = redis.call('GET', KEYS[1])
if (ARGV[1] == '0' and now) or (ARGV[1] == '1' and now ~= ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
return 1`;

type Scripts = Redis & {
  gatewayAdd(key: string, amount: number, ttlMs: number): Promise<[string, number]>;
  gatewaySwap(key: string, expects: '0' | '1', expected: string, next: string, ttlMs: number): Promise<number>;
};

/** Shared state in a Redis, for all workers and hosts; each call is one step there. */
export class RedisState implements SharedState, AsyncDisposable {
  readonly #redis: Scripts;

  constructor(url: string, log: Log) {
    const redis = openRedis(url, log, { keyPrefix: PREFIX, enableAutoPipelining: true });
    redis.defineCommand('gatewayAdd', { numberOfKeys: 1, lua: ADD });
    redis.defineCommand('gatewaySwap', { numberOfKeys: 1, lua: SWAP });
    this.#redis = redis as Scripts;
  }

  async get(key: string): Promise<string | undefined> {
    return (await this.#redis.get(key)) ?? undefined;
  }

  async set(key: string, value: string, { ttlMs }: { readonly ttlMs: number }): Promise<void> {
    await this.#redis.set(key, value, 'PX', whole(ttlMs));
  }

  async add(key: string, amount: number, { ttlMs }: { readonly ttlMs: number }): Promise<Counted> {
    const [count, resetMs] = await this.#redis.gatewayAdd(key, amount, whole(ttlMs));
    return { count: Number(count), resetMs };
  }

  async swap(
    key: string,
    expected: string | undefined,
    next: string,
    { ttlMs }: { readonly ttlMs: number },
  ): Promise<boolean> {
    const expects = expected === undefined ? '0' : '1';
    return (await this.#redis.gatewaySwap(key, expects, expected ?? '', next, whole(ttlMs))) === 1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#redis.disconnect();
  }
}

function whole(ms: number): number {
  return Math.max(1, Math.ceil(ms));
}
