import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { raise } from '../../errors/catalogue.ts';

/** Counts failed attempts to sign in, slows them down, and refuses them when there are too many. */
export interface Attempts {
  /**
   * Takes one attempt, before the password is looked at: many at once do not get past. An account that does not exist is counted
   * like any other.
   * @throws SIGN_IN_LOCKED
   */
  begin(account: string, address: string): Promise<void>;
  /** The attempt was a success: this address has not been guessing at this account. */
  succeeded(account: string, address: string): Promise<void>;
  /** Takes one attempt at something that guesses at no account. @throws SIGN_IN_LOCKED */
  knock(address: string): Promise<void>;
}

export interface AttemptsOptions {
  /** Shared by all hosts; without it each host counts for itself. */
  readonly redis?: Redis;
  /** Replaces the clock, for tests. */
  wait?(ms: number): Promise<void>;
}

/** Of one address at one account: five, then a quarter of an hour of rest. Nobody can lock others out with it. */
const PAIR = { points: 5, duration: 900, blockDuration: 900 };
/** Of all addresses at one account. */
const ACCOUNT = { points: 50, duration: 3_600, blockDuration: 900 };
/** Of one address at all accounts. */
const ADDRESS = { points: 100, duration: 3_600, blockDuration: 900 };
/** From the third attempt on each takes longer. */
const SLOW_AFTER = 2;
const SLOWEST_MS = 4_000;

interface Limiters {
  readonly pairs: RateLimiterAbstract;
  readonly accounts: RateLimiterAbstract;
  readonly addresses: RateLimiterAbstract;
  /** What a limiter throws is either a refusal or a fault of its own. */
  locked(refused: unknown): unknown;
}

export function createAttempts({ redis, wait = (ms) => pause(ms) }: AttemptsOptions = {}): Attempts {
  let opened: Promise<Limiters> | undefined;
  const limiters = () => (opened ??= openLimiters(redis));
  return {
    async begin(account, address) {
      const { pairs, accounts, addresses, locked } = await limiters();
      try {
        const pair = await pairs.consume(key(account, address));
        await accounts.consume(key(account));
        await addresses.consume(key(address));
        const over = pair.consumedPoints - SLOW_AFTER;
        if (over > 0) await wait(Math.min(250 * 2 ** over, SLOWEST_MS));
      } catch (refused) {
        throw locked(refused);
      }
    },
    async knock(address) {
      const { addresses, locked } = await limiters();
      await addresses.consume(key(address)).catch((refused: unknown) => {
        throw locked(refused);
      });
    },
    async succeeded(account, address) {
      const { pairs, accounts, addresses } = await limiters();
      await pairs.delete(key(account, address));
      await accounts.reward(key(account));
      await addresses.reward(key(address));
    },
  };
}

/** Loaded with the first attempt: a start need not wait for it. */
async function openLimiters(redis: Redis | undefined): Promise<Limiters> {
  const { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } = await import('rate-limiter-flexible');
  const limiter = (keyPrefix: string, rule: typeof PAIR) => {
    const local = new RateLimiterMemory({ keyPrefix, ...rule });
    // A Redis that is away does not open the door: this host counts for itself meanwhile.
    return redis === undefined
      ? local
      : new RateLimiterRedis({
          storeClient: redis,
          keyPrefix: `backplane:${keyPrefix}`,
          ...rule,
          insuranceLimiter: local,
        });
  };
  return {
    pairs: limiter('sign-in-pair', PAIR),
    accounts: limiter('sign-in-account', ACCOUNT),
    addresses: limiter('sign-in-address', ADDRESS),
    locked(refused) {
      if (!(refused instanceof RateLimiterRes)) return refused;
      const retryAfterMs = Math.max(1_000, refused.msBeforeNext);
      return raise.SIGN_IN_LOCKED({ seconds: Math.ceil(retryAfterMs / 1000) }, { retryAfterMs });
    },
  };
}

/** What people typed is not kept. */
const key = (...parts: readonly string[]) => createHash('sha256').update(parts.join('\n')).digest('base64url');
