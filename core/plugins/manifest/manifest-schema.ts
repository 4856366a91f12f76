import { NAME_RULES } from '@backplane/sdk/host';
import { z } from 'zod';
import { capabilitySchema } from './capability-schema.ts';
import { contributesSchema } from './contributes-schema.ts';
import { insidePath } from './inside-path.ts';
import { compileRange, isVersion } from './version-range.ts';

export const PLUGIN_ID = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
export const ACTION_NAME = NAME_RULES.action.pattern;

const pluginId = z
  .string()
  .regex(PLUGIN_ID, 'an id has lower-case letters, digits and single dashes, and starts with a letter');
const range = z
  .string()
  .refine((text) => compileRange(text) !== undefined, 'expected a range of versions such as ^0.1.0');

/** What a plugin says of itself: data that is read, checked and shown before any of its code runs. */
export const manifestSchema = z.strictObject({
  $schema: z.string().optional(),
  id: pluginId.describe('Unique on a host; never changes.'),
  version: z.string().refine(isVersion, 'expected a version such as 1.4.2'),
  title: z.string().min(1).optional(),
  summary: z.string().min(1).optional().describe('One sentence for catalogues.'),
  host: range.describe('Versions of the host that it works with.'),
  sdk: z.int().describe('Generation of the SDK.'),
  entry: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The module with the default export, relative to the folder of the plugin. Absent: templates only, no code.',
    ),
  tier: z
    .enum(['trusted', 'process', 'isolate'])
    .optional()
    .describe(
      'Where its code wants to run. Absent: in a process of its own. `trusted` is the process of the host, which takes an administrator.',
    ),
  capabilities: capabilitySchema.describe('What it asks for, each with its reason. What is absent is denied.'),
  config: z.record(z.string(), z.unknown()).optional().describe('JSON Schema of `config` in config/plugins.yaml.'),
  requires: z.record(pluginId, range).default({}).describe('Plugins that must be there: id → versions.'),
  optional: z.record(pluginId, range).default({}).describe('Plugins that it uses where they are there: id → versions.'),
  templates: insidePath.optional().describe('A folder of YAML action templates, relative to that of the plugin.'),
  contributes: contributesSchema.describe('Generated from the code and the templates.'),
  quality: z
    .record(z.string(), z.union([z.literal('done'), z.strictObject({ exempt: z.string().min(1) })]))
    .optional()
    .describe('Rules of the quality scale: `done`, or why the rule does not apply.'),
});

export type Manifest = z.output<typeof manifestSchema>;

/** The JSON Schema that editors use for `plugin.json`, kept in `config/schemas/`. */
export function manifestJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(manifestSchema, { io: 'input' }), title: 'plugin.json' };
}
