import type { ScriptLimits } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';

export type ResolvedLimits = Required<ScriptLimits>;

export const DEFAULT_LIMITS: ResolvedLimits = {
  wallMs: 30_000,
  cpuMs: 10_000,
  memoryMb: 128,
  outputBytes: 4 * 1024 * 1024,
};

/** Least and most that a caller may ask for. V8 refuses heaps below 8 MB; 16 leaves room for a context. */
const BOUNDS: Readonly<Record<keyof ResolvedLimits, readonly [least: number, most: number]>> = {
  wallMs: [1, 900_000],
  cpuMs: [1, 900_000],
  memoryMb: [16, 1024],
  outputBytes: [1, 64 * 1024 * 1024],
};

/** Script text and inputs above these are refused before anything is started. */
export const MOST_SOURCE_CHARACTERS = 1024 * 1024;
export const MOST_INPUT_CHARACTERS = 32 * 1024 * 1024;

/** Fills what the request leaves open; throws SANDBOX_LIMIT for values out of bounds. */
export function resolveLimits(asked: ScriptLimits | undefined, defaults: ScriptLimits | undefined): ResolvedLimits {
  const limits = { ...DEFAULT_LIMITS };
  for (const name of Object.keys(BOUNDS) as (keyof ResolvedLimits)[]) {
    const value = asked?.[name] ?? defaults?.[name];
    if (value === undefined) continue;
    const [least, most] = BOUNDS[name];
    if (!(typeof value === 'number' && value >= least && value <= most))
      throw raise.SANDBOX_LIMIT({ limit: name, value, least, most });
    limits[name] = Math.ceil(value);
  }
  return limits;
}
