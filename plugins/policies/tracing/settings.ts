import { positiveMilliseconds } from '@backplane/sdk';
import { z } from 'zod';

const duration = z.union([z.string(), z.number()]).transform(positiveMilliseconds);

export const settings = z.strictObject({
  endpoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where spans go by OTLP/HTTP: `http://collector:4318/v1/traces`. Without it traces are only carried on.'),
  headers: z.record(z.string(), z.string()).default({}).describe('Of the export, such as a key of the collector.'),
  service: z.string().min(1).default('backplane-gateway').describe('`service.name` of the spans.'),
  resource: z.record(z.string(), z.string()).default({}).describe('Further attributes of all spans.'),
  sample: z.number().min(0).max(1).default(1).describe('Share of the traces that begin here and are exported.'),
  trust: z
    .boolean()
    .default(true)
    .describe('Whether a trace of the caller goes on, and its wish to be exported counts.'),
  baggage: z.boolean().default(true).describe("Whether the caller's `baggage` goes on."),
  batchSize: z.int().positive().max(10_000).default(512).describe('Spans in one export.'),
  every: duration.default(5_000).describe('An export is made at least so often.'),
  maxQueued: z.int().positive().default(4096).describe('Most spans that wait; more are dropped and counted.'),
});
