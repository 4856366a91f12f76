import { z } from 'zod';

/** Shapes that several routes share. */

export const page = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Rows in the answer.'),
  cursor: z.string().optional().describe('`nextCursor` of the page before.'),
};

export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() });

export const errorRecord = z.looseObject({ code: z.string(), message: z.string() });

export const problem = z.looseObject({
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  position: z.object({ file: z.string().optional(), line: z.number(), column: z.number() }),
});

export const workflowEntry = z.object({
  id: z.string(),
  workspace: z.string().describe('Id of the workspace that it belongs to.'),
  alias: z.string(),
  title: z.string(),
  version: z.int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  webhook: z.object({ path: z.string(), methods: z.array(z.string()) }).optional(),
});

export const runSummary = z.object({
  runId: z.string(),
  workflow: z.string(),
  version: z.int(),
  status: z.enum(['running', 'completed', 'failed', 'cancelled']),
  triggerType: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  error: errorRecord.optional(),
  parentRunId: z.string().optional().describe('The run that started this one as one of its steps.'),
  origin: z
    .object({
      runId: z.string(),
      kind: z.enum(['retry', 'rerun', 'replay']),
      from: z.string().optional(),
      reason: z.string().optional(),
    })
    .optional()
    .describe('The run that this one repeats, and from which step on.'),
});

const stepRecords = z.record(z.string(), z.looseObject({ status: z.string(), attempts: z.int() }));

export const runRecord = runSummary.extend({
  trigger: z.unknown(),
  result: z.unknown().optional(),
  steps: stepRecords,
  streams: z
    .record(z.string(), z.looseObject({ status: z.string(), steps: stepRecords }))
    .optional()
    .describe('The streams of scatters by id, such as `hosts:3`.'),
  queued: z.literal(true).optional().describe('Waits for its turn: the workflow limits its runs.'),
  paused: z
    .object({ since: z.iso.datetime(), reason: z.string(), by: z.string().optional() })
    .optional()
    .describe('Begins nothing new; `by`: the run that was paused and waits for this one.'),
  cancel: z
    .object({ since: z.iso.datetime(), reason: z.string(), terminated: z.literal(true).optional() })
    .optional()
    .describe('Was asked to stop; while `status` is `running`, it waits for what is in flight.'),
  reruns: z.array(z.string()).optional().describe('The runs that repeat this one, oldest first.'),
});
