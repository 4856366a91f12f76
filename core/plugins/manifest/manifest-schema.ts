import { z } from 'zod';
import { CAPABILITIES } from './capability.ts';
import { compileRange, isVersion } from './version-range.ts';

export const PLUGIN_ID = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
export const ACTION_NAME = /^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+$/;

const pluginId = z
  .string()
  .regex(PLUGIN_ID, 'an id has lower-case letters, digits and single dashes, and starts with a letter');
const actionName = z
  .string()
  .regex(ACTION_NAME, 'an action has a dotted name of lower-case letters, digits and underscores');
const grant = z.strictObject({ why: z.string().min(1) });

/** What a plugin says of itself: data that is read, checked and shown before any of its code runs. */
export const manifestSchema = z.strictObject({
  $schema: z.string().optional(),
  id: pluginId,
  version: z.string().refine(isVersion, 'expected a version such as 1.4.2'),
  /** Versions of the host that it works with. */
  host: z.string().refine((text) => compileRange(text) !== undefined, 'expected a range of versions such as ^0.1.0'),
  /** Generation of the SDK. */
  sdk: z.int(),
  /** The module with the default export, relative to the folder of the plugin. */
  entry: z.string().min(1),
  tier: z.enum(['trusted', 'process', 'isolate']).default('trusted'),
  capabilities: z
    .strictObject(
      Object.fromEntries(CAPABILITIES.map((name) => [name, grant.optional()])) as Record<
        (typeof CAPABILITIES)[number],
        z.ZodOptional<typeof grant>
      >,
    )
    .prefault({}),
  /** JSON Schema of `config` in config/plugins.yaml. */
  config: z.record(z.string(), z.unknown()).optional(),
  /** What the code contributes, by name, so that it need not run to be known. */
  contributes: z
    .strictObject({
      actions: z.array(actionName).default([]),
      /** Former and alternative names of actions: alias → name. */
      aliases: z.record(actionName, actionName).default({}),
    })
    .prefault({}),
});

export type Manifest = z.output<typeof manifestSchema>;
