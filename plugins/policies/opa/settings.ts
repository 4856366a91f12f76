import { DURATION, milliseconds } from '@backplane/sdk';
import { z } from 'zod';

const duration = z.union([z.number().nonnegative(), z.string().regex(DURATION)]).transform(milliseconds);
const headerName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'no name of a header');

export const settings = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe('Of the agent: `http://opa:8181`'),
  path: z
    .string()
    .regex(/^[\w-]+([/.][\w-]+)*$/, 'the path of a document, like gateway/allow')
    .transform((path) => path.replaceAll('.', '/'))
    .describe('Of the document that decides'),
  headers: z.record(headerName, z.string()).default({}).describe('Sent to the agent, as its own `Authorization`'),
  inputHeaders: z.array(headerName.toLowerCase()).default([]).describe('Headers of the request that the agent sees'),
  upstreamHeaders: z
    .array(headerName.toLowerCase())
    .default([])
    .describe('Headers that the agent may set for the upstream; those that callers send are removed'),
  timeout: duration.prefault('500ms'),
  cacheFor: duration.prefault(0).describe('How long a decision about the same input holds'),
  cacheEntries: z.int().nonnegative().default(1_000),
});

export type OpaSettings = z.output<typeof settings>;
