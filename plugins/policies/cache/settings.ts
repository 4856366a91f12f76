import { byteCount, positiveMilliseconds } from '@backplane/sdk';
import { z } from 'zod';

const size = z.union([z.string(), z.int().min(0)]).transform(byteCount);
const duration = z.union([z.string(), z.number()]).transform(positiveMilliseconds);

const memory = {
  region: z.string().min(1).optional().describe('What can be emptied at once. Default: this use.'),
  maxEntry: size.prefault('1MiB').describe('Larger bodies are not kept.'),
  maxMemory: size.prefault('64MiB').describe('Of a worker; what was used least recently goes first.'),
};

export const nativeSettings = z.strictObject({
  mode: z.literal('native').default('native'),
  ...memory,
  defaultTtl: duration
    .optional()
    .describe('For answers that say nothing of their lifetime; without it they are asked for anew.'),
  staleWhileRevalidate: duration.optional().describe('Where an answer says nothing of it itself.'),
  staleIfError: duration.optional().describe('Where an answer says nothing of it itself.'),
  varyBy: z
    .array(z.string().min(1))
    .default([])
    .describe('Request headers that also make a difference, whatever Vary says.'),
  perCaller: z.boolean().default(false).describe('Keeps the answers of each signed-in caller apart, private ones too.'),
  setCookie: z
    .enum(['refuse', 'strip', 'keep'])
    .default('refuse')
    .describe('Answers with cookies: not kept, kept without them, kept with them.'),
  wait: duration.prefault('2s').describe('How long others wait for the one request that fetches a missing answer.'),
  statusHeader: z
    .union([z.string().min(1), z.literal(false)])
    .default('x-cache')
    .describe('Says HIT, STALE, REVALIDATED or MISS.'),
});

export const ocelotSettings = z.strictObject({
  mode: z.literal('ocelot'),
  ...memory,
  ttl: duration,
  header: z.string().min(1).default('OC-Cache-Control').describe('A request header whose value is part of the key.'),
  contentHashing: z.boolean().default(false).describe('The body is part of the key.'),
});

export const settings = z.discriminatedUnion('mode', [nativeSettings, ocelotSettings]);
export type NativeSettings = z.output<typeof nativeSettings>;
export type OcelotSettings = z.output<typeof ocelotSettings>;
