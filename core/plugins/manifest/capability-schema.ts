import { z } from 'zod';
import { canonicalCapabilities } from '../capabilities/canonical.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';

const why = z
  .string()
  .min(1)
  // What is shown to the person who decides must not be able to hide the line above it.
  .regex(/^[^\p{Cc}\p{Cf}]*$/u, 'expected a line without control characters')
  .describe('For the person who decides: what it is needed for.');
const grant = z.strictObject({ why });

/** Bytes of small durable values, when the manifest does not say. */
const DEFAULT_QUOTA = 10 * 1024 * 1024;

const HOST =
  /^(?:\*|(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\.?(?::\d{1,5})?|\[[0-9a-f:.]+\](?::\d{1,5})?)$/i;
const networkRule = z.strictObject({
  host: z
    .string()
    .regex(HOST, 'expected a host such as `api.acme.com`, `*.acme.com`, `api.acme.com:8443`, or `*` for any')
    .describe('`api.acme.com`, `*.acme.com`, `*`; with a port when it is not that of https.'),
  methods: z
    .array(z.string().regex(/^[a-z]+$/i, 'expected an HTTP method such as GET'))
    .min(1, 'name the methods, or leave `methods` away for any')
    .optional()
    .describe('HTTP methods; any when absent.'),
  why,
});
const connection = z.strictObject({
  kind: z.string().regex(/^[a-z][a-z0-9_]*(?:-[a-z0-9_]+)*$/, 'expected the name of a kind of connection'),
  why,
});
const path = z
  .string()
  .min(1)
  .refine((text) => !text.split('/').includes('..') && !text.includes('\0') && !text.includes('\\'), {
    error: 'expected a path without `..`, with forward slashes',
  });
const file = z.strictObject({ path, access: z.enum(['read', 'write']), why });
const TOPIC = /^(?:\*|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?:\.\*)?)$/;
const event = z.strictObject({
  topic: z.string().regex(TOPIC, 'expected a topic such as `tickets.created`, or `tickets.*`'),
  access: z.enum(['publish', 'subscribe']),
  why,
});

const asked = z.strictObject({
  network: z
    .union([z.array(networkRule), grant])
    .optional()
    .describe('Requests to these hosts. `{why}` alone asks for any host.'),
  connections: z.array(connection).optional().describe('Kinds of connections; the host attaches the credential.'),
  secrets: grant.optional().describe('Raw secret values. Shown in red.'),
  kv: z
    .strictObject({ quotaBytes: z.int().positive().default(DEFAULT_QUOTA), why })
    .optional()
    .describe('Small values that outlive a run.'),
  files: z
    .union([z.array(file), grant])
    .optional()
    .describe('Files below a folder that the host gives. `{why}` alone asks for all of it.'),
  events: z.array(event).optional().describe('Topics to publish to or subscribe to.'),
  routes: grant
    .extend({ public: grant.optional().describe('Some of its routes answer everybody, without a key.') })
    .optional()
    .describe('HTTP routes and console pages of its own.'),
  database: grant.optional().describe('Tables in a schema of its own.'),
  scripts: grant.optional().describe('Code in the sandbox.'),
  workflows: grant.optional().describe('Other workflows and their runs.'),
  gateway: grant.optional().describe('Services behind the gateway of the host, past the policies of its routes.'),
});

/** `capabilities` of a manifest; gives the canonical form, short forms spelled out. An empty list asks for nothing. */
export const capabilitySchema = asked.prefault({}).transform(({ network, files, ...rest }): Capabilities => {
  const spelled = {
    ...rest,
    network: network === undefined || Array.isArray(network) ? network : [{ host: '*', why: network.why }],
    files: files === undefined || Array.isArray(files) ? files : [{ path: '.', access: 'write', why: files.why }],
  };
  const given = Object.fromEntries(Object.entries(spelled).filter(([, value]) => value !== undefined));
  return canonicalCapabilities(given as Capabilities);
});
