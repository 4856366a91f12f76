import { parseJson } from '@backplane/sdk';
import { z } from 'zod';
import { isDeep, isPoisoned } from '../../../sandbox/decode-result.ts';
import type { FromGuest } from '../wire.ts';

const MOST_TEXT = 5000;
const id = z.number().int().positive();
const text = z.string().transform((long) => long.slice(0, MOST_TEXT));
const path = z.array(z.union([z.string(), z.number()])).max(100);

/** Where the bytes behind a message stand in it. */
const places = z.array(z.tuple([path, z.int().nonnegative()])).max(10_000);

const record = z.object({
  code: z.string().regex(/^[A-Z][A-Z0-9_]{1,99}$/),
  message: text,
  status: z.int().min(400).max(599),
  blame: z.enum(['input', 'config', 'credential', 'plugin', 'upstream', 'policy', 'host']),
  retry: z.enum(['never', 'later', 'after-fix']),
  remedy: text,
  position: z.object({ file: z.string().optional(), line: z.int(), column: z.int() }).optional(),
  details: z.record(z.string(), z.unknown()).optional(),
  retryAfterMs: z.number().nonnegative().optional(),
});

const error = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('coded'), record }),
  z.object({ kind: z.literal('thrown'), problem: text, stack: z.string() }),
  z.object({ kind: z.literal('input'), issues: z.array(z.object({ path, message: text })).max(1000) }),
  z.object({ kind: z.literal('output'), problems: z.array(text).max(1000) }),
  z.object({ kind: z.literal('size') }),
]);

const readers: Readonly<Record<string, z.ZodType>> = {
  done: z.object({ t: z.literal('done'), id, value: z.unknown(), places }),
  code: z.object({ t: z.literal('code') }),
  ready: z.object({ t: z.literal('ready') }),
  expressions: z.object({ t: z.literal('expressions') }),
  loaded: z.object({ t: z.literal('loaded'), plugin: z.unknown() }),
  unloadable: z.object({ t: z.literal('unloadable'), error }),
  failed: z.object({ t: z.literal('failed'), id, error }),
  host: z.object({
    t: z.literal('host'),
    id,
    call: id,
    port: z.string(),
    method: z.string(),
    args: z.array(z.unknown()).max(10),
    size: z.int().nonnegative().optional(),
    places: places.optional(),
  }),
  log: z.object({
    t: z.literal('log'),
    call: z.int().nonnegative(),
    level: z.enum(['debug', 'info', 'warn', 'error']),
    message: text,
    fields: z.record(z.string(), z.unknown()).optional(),
  }),
  progress: z.object({ t: z.literal('progress'), call: id, note: text, fraction: z.number().optional() }),
  fault: z.object({ t: z.literal('fault'), problem: text }),
};

/** What a plugin's side said, if it is something that one may say; else why it is not. A plugin that took over its side can send anything. */
export function readGuestMessage(json: string): FromGuest | string {
  if (isDeep(json)) return 'a message nested too deeply';
  let claim: unknown;
  try {
    claim = parseJson(json);
  } catch {
    return 'a message that is not JSON';
  }
  if (typeof claim !== 'object' || claim === null || !('t' in claim)) return 'a message that makes no sense';
  if (isPoisoned(json, claim)) return 'a message with a key named __proto__';
  // The three that come most often, and have nothing to convert.
  const { t } = claim;
  const { id: number } = claim as { readonly id?: unknown };
  if (t === 'done' && !('places' in claim))
    return Number.isInteger(number) && 'value' in claim ? (claim as FromGuest) : 'an answer to nothing';
  if (t === 'chunk' || t === 'ack' || t === 'drop')
    return Number.isInteger(number) ? (claim as FromGuest) : 'a piece of nothing';
  const reader = typeof t === 'string' && Object.hasOwn(readers, t) ? readers[t]! : undefined;
  const read = reader?.safeParse(claim);
  return read?.success ? (read.data as FromGuest) : 'a message that makes no sense';
}
