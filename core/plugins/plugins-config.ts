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
import { readSources, withReferences } from './sources/git/read-sources.ts';
import { type GitSourceSetting, sourceSchema } from './sources/git/source-config.ts';
import { type NpmRules, npmRulesSchema } from './sources/npm/npm-rules.ts';
import { type RegistrySetting, registrySchema } from './sources/npm/registries.ts';
import type { TierName } from './tiers/tier.ts';

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
  tier: z
    .enum(['trusted', 'process', 'isolate'])
    .optional()
    .describe(
      'Where its code runs, when that is to be stricter than the manifest asks (`trusted` < `process` < `isolate`). Never laxer.',
    ),
  grants: z
    .record(z.string(), z.union([z.literal(false), z.array(z.string())]))
    .optional()
    .describe(
      'Narrows what it asks for, by capability: `false` for nothing of it, or a list of the targets (hosts, kinds, paths, topics) that remain.',
    ),
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
  apply: z
    .enum(['auto', 'manual'])
    .default('auto')
    .describe(
      'Whether a changed file is applied at once, or only printed as a plan until somebody runs `backplane plugin apply`.',
    ),
  trust: z
    .array(z.string())
    .default([])
    .describe(
      'Plugins that run in the host process when their manifest asks for the tier `trusted`; what they ask for needs no approval.',
    ),
  deny: z
    .array(z.string())
    .default([])
    .describe('Plugins that never run: ids or `<source>:<name>`, `*` stands for anything.'),
  sources: z
    .array(sourceSchema)
    .nullable()
    .default([])
    .describe('Git repositories with plugins and templates; a plugin names one with `use: git:<source>/<path>`.'),
  sourceHosts: z
    .array(z.string())
    .default([])
    .describe('Hosts that sources may have (`git.example.com`, `*.example.com`). Empty: any.'),
  allow: z
    .array(z.string())
    .default([])
    .describe('When not empty, only these packages come from npm, dependencies included: `@acme/*`.'),
  registries: z.array(registrySchema).default([]).describe('npm registries; absent: the public one.'),
  npm: npmRulesSchema.prefault({}).describe('Which versions of npm packages are taken.'),
});

/** Where one plugin comes from. `other`: a source this host cannot read. */
export type PluginUse =
  | { readonly from: 'builtin'; readonly id: string }
  | { readonly from: 'folder'; readonly path: string }
  | { readonly from: 'other'; readonly text: string };

/** Capability → the targets of it that remain, or false for none. */
export type Grants = Readonly<Record<string, false | readonly string[]>>;

export interface PluginSetting {
  readonly enabled: boolean;
  readonly use?: PluginUse;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly required: boolean;
  readonly tier?: TierName;
  readonly grants?: Grants;
  /** Where it is named, and where a value of its `config` stands. */
  readonly position: Position;
  configPosition(path: readonly (string | number)[]): Position;
}

export interface PluginsConfig {
  /** Absolute. */
  readonly folder: string;
  readonly plugins: Readonly<Record<string, PluginSetting>>;
  readonly apply: 'auto' | 'manual';
  readonly trust: readonly string[];
  readonly deny: readonly string[];
  /** Git repositories. */
  readonly sources: readonly GitSourceSetting[];
  readonly registries: readonly RegistrySetting[];
  readonly npm: NpmRules;
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
  const parsed = pluginsConfigSchema.safeParse(withReferences(values, source.value));
  if (!parsed.success) problems.push(...schemaProblems(parsed.error.issues, pluginsConfigSchema, source));
  if (!parsed.success) throw raise.CONFIG_INVALID({ file, problems });
  const { folder, defaults, plugins, apply, trust, deny, allow, registries, npm } = parsed.data;
  const uses = Object.fromEntries(Object.entries(plugins ?? {}).map(([id, given]) => [id, given?.use]));
  const section = { sources: parsed.data.sources ?? [], hosts: parsed.data.sourceHosts, uses, base };
  const sources = readSources(section, source);
  problems.push(...sources.problems);
  if (problems.length > 0) throw raise.CONFIG_INVALID({ file, problems });
  const settings = Object.entries(plugins ?? {}).map(([id, given]) => {
    return [id, settingOf(id, { ...defaults, ...given }, base, source)] as const;
  });
  return {
    folder: resolve(base, folder),
    plugins: Object.fromEntries(settings),
    apply,
    trust,
    deny,
    sources: sources.settings,
    registries,
    npm: { ...npm, allow, deny },
  };
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
    ...(given.tier === undefined ? {} : { tier: given.tier }),
    ...(given.grants === undefined ? {} : { grants: given.grants }),
    // Looked up only for a message: it takes as long as the file has names.
    get position() {
      return source.keyPositionOf(['plugins', id]);
    },
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
