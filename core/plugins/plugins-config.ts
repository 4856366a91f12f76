import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Position } from '@backplane/sdk';
import { z } from 'zod';
import { interpolate } from '../config/interpolate.ts';
import { raise } from '../errors/catalogue.ts';
import { parseYaml } from '../language/source/parse-yaml.ts';
import type { YamlSource } from '../language/source/yaml-source.ts';
import { PLUGIN_ID } from './manifest/manifest-schema.ts';
import { schemaProblems } from './schema-problems.ts';

const USE = /^(?:(?:builtin|folder|npm|git|archive):.+)$/;

const setting = z.strictObject({
  enabled: z.boolean().optional().describe('False: the plugin is known, but none of its code runs.'),
  use: z
    .string()
    .regex(USE, 'expected `builtin:<id>` or `folder:<path>`')
    .optional()
    .describe(
      'Where it comes from: `builtin:<id>` or `folder:<path>`. Absent: the built-in plugin of that id, else the folder of that name.',
    ),
  config: z.record(z.string(), z.unknown()).optional().describe('What the plugin itself understands.'),
  required: z.boolean().optional().describe('True: the host does not start without it.'),
});

const pluginsConfigSchema = z.strictObject({
  $schema: z.string().optional(),
  folder: z.string().default('./plugins-local').describe('Where drop-in plugins live, one folder each.'),
  defaults: setting
    .pick({ enabled: true, required: true })
    .prefault({})
    .describe('For every plugin that is named and does not say otherwise.'),
  plugins: z
    .record(z.string().regex(PLUGIN_ID, 'an id has lower-case letters, digits and single dashes'), setting.nullable())
    .nullable()
    .default({})
    .describe('What runs, by id. Built-in plugins run unless disabled here.'),
  trust: z
    .array(z.string())
    .default([])
    .describe('Plugins that may run in the host process though their manifest asks for a tier of their own.'),
  deny: z
    .array(z.string())
    .default([])
    .describe('Plugins that never run: ids or `<source>:<name>`, `*` stands for anything.'),
});

/** Where one plugin comes from. `other`: a source this host cannot read. */
export type PluginUse =
  | { readonly from: 'builtin'; readonly id: string }
  | { readonly from: 'folder'; readonly path: string }
  | { readonly from: 'other'; readonly text: string };

export interface PluginSetting {
  readonly enabled: boolean;
  readonly use?: PluginUse;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly required: boolean;
  /** Where it is named, and where a value of its `config` stands. */
  readonly position: Position;
  configPosition(path: readonly (string | number)[]): Position;
}

export interface PluginsConfig {
  /** Absolute. */
  readonly folder: string;
  readonly plugins: Readonly<Record<string, PluginSetting>>;
  readonly trust: readonly string[];
  readonly deny: readonly string[];
}

/**
 * Reads `plugins.yaml`; an absent file means defaults. Relative paths start at `base`. `${env:NAME}` is replaced.
 * Throws CONFIG_INVALID with every problem and its position, or CONFIG_UNREADABLE.
 */
export function readPluginsConfig(file: string, base: string, environment: NodeJS.ProcessEnv): PluginsConfig {
  const source = parseYaml(readIfPresent(file), file);
  const syntax = source.problems.map(
    ({ position, message }) => `${file}:${position.line}:${position.column}: ${message}`,
  );
  if (syntax.length > 0) throw raise.CONFIG_INVALID({ file, problems: syntax });
  const problems: string[] = [];
  const values = interpolate(source.value ?? {}, environment, (name, path) => {
    const { line, column } = source.positionOf(path);
    problems.push(`${file}:${line}:${column}: the environment variable ${name} is not set`);
  });
  const parsed = pluginsConfigSchema.safeParse(values);
  if (!parsed.success) problems.push(...schemaProblems(parsed.error.issues, pluginsConfigSchema, source));
  if (!parsed.success || problems.length > 0) throw raise.CONFIG_INVALID({ file, problems });
  const { folder, defaults, plugins, trust, deny } = parsed.data;
  const settings = Object.entries(plugins ?? {}).map(([id, given]) => {
    return [id, settingOf(id, { ...defaults, ...given }, base, source)] as const;
  });
  return { folder: resolve(base, folder), plugins: Object.fromEntries(settings), trust, deny };
}

function readIfPresent(file: string): string {
  try {
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  } catch (cause) {
    throw raise.CONFIG_UNREADABLE({ file, cause: (cause as NodeJS.ErrnoException).code ?? 'unreadable' }, { cause });
  }
}

function settingOf(id: string, given: z.output<typeof setting>, base: string, source: YamlSource): PluginSetting {
  return {
    enabled: given.enabled ?? true,
    required: given.required ?? false,
    ...(given.use === undefined ? {} : { use: useOf(given.use, base) }),
    ...(given.config === undefined ? {} : { config: given.config }),
    position: source.keyPositionOf(['plugins', id]),
    configPosition: (path) => source.positionOf(['plugins', id, 'config', ...path]),
  };
}

function useOf(text: string, base: string): PluginUse {
  const at = text.indexOf(':');
  const rest = text.slice(at + 1);
  if (text.startsWith('builtin:')) return { from: 'builtin', id: rest };
  if (text.startsWith('folder:')) return { from: 'folder', path: resolve(base, rest) };
  return { from: 'other', text };
}

/** The JSON Schema that editors use, kept in `config/schemas/`. */
export function pluginsConfigJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(pluginsConfigSchema, { io: 'input' }), title: 'config/plugins.yaml' };
}
