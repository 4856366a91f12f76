import { z } from 'zod';
import { errorRecord, runSummary } from './schemas.ts';

const inputBytes = z.int().optional().describe('Stands for an input that is too large to keep: bytes of its JSON.');

export const attemptRecord = z.object({
  step: z.string().optional().describe('Only in lists of attempts, as `stream`.'),
  stream: z.string().optional(),
  seq: z.int(),
  attempt: z.int(),
  round: z.int().optional().describe('Of `retry_until`: which re-run.'),
  item: z.int().optional().describe('Of `for_each`: which item, from 0.'),
  pass: z.int().optional().describe('Of a loop: how often it had come round before.'),
  status: z.enum(['running', 'completed', 'failed', 'timed-out', 'cancelled']),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  durationMs: z.number().optional(),
  input: z.unknown().optional(),
  inputBytes,
  result: z.unknown().optional(),
  error: errorRecord.optional(),
  by: z.string().optional().describe('`plugin@version`, or the file of a template.'),
  leaves: z.array(z.string()).optional().describe('The actions that a template called.'),
  tier: z.string().optional(),
  runId: z.string().optional().describe('The run of another workflow that this was.'),
});

const steps = z.record(
  z.string(),
  z.looseObject({
    status: z.enum(['waiting', 'running', 'completed', 'failed', 'skipped', 'cancelled']),
    startedAt: z.iso.datetime().optional(),
    endedAt: z.iso.datetime().optional(),
    durationMs: z.number().optional(),
    waitedMs: z.number().optional().describe('So much of it passed without any attempt running.'),
    input: z.unknown().optional().describe('Of the last attempt; with `for_each` each attempt has its own.'),
    inputBytes,
    result: z.unknown().optional(),
    error: errorRecord.optional(),
    attempts: z.array(attemptRecord),
    attemptsTotal: z.int().optional().describe('How many there are, when not all stand here.'),
  }),
);

export const runDetails = runSummary.extend({
  trigger: z.unknown(),
  result: z.unknown().optional(),
  durationMs: z.number().optional(),
  steps,
  streams: z
    .record(z.string(), z.looseObject({ status: z.string(), steps }))
    .optional()
    .describe('The streams of scatters by id, such as `hosts:3`.'),
  streamsTotal: z.int().optional(),
  nextStreams: z.string().optional().describe('`streams_cursor` of the streams that follow.'),
});
