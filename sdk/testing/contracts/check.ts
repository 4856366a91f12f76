import { isDeepStrictEqual } from 'node:util';

/** One promise of a contract: any test runner can run it. */
export interface Check {
  /** A sentence: `tools.acme.greet: its examples give what they say`. */
  readonly name: string;
  /** Rejects, with the reason, when the promise is not kept. */
  run(): Promise<void>;
}

export function check(name: string, run: () => unknown): Check {
  return {
    name,
    run: async () => {
      await run();
    },
  };
}

export function expectThat(holds: boolean, reason: string): asserts holds {
  if (!holds) throw new Error(reason);
}

export function expectEqual(found: unknown, expected: unknown, what: string): void {
  if (!isDeepStrictEqual(found, expected))
    throw new Error(`${what}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
}

/** What it was rejected with. */
export async function rejection(work: Promise<unknown>, what: string): Promise<unknown> {
  let result: unknown;
  try {
    result = await work;
  } catch (thrown) {
    return thrown;
  }
  throw new Error(`${what}: expected a rejection, found ${JSON.stringify(result)}`);
}

/** Rejects when the work takes longer; milliseconds of real time. */
export async function within<T>(ms: number, work: Promise<T>, what: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${what}: not within ${ms} ms`)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
