import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { raise } from '../errors/catalogue.ts';
import { nearest } from '../language/source/did-you-mean.ts';
import { parseYaml } from '../language/source/parse-yaml.ts';
import { plainSchemaMessage } from '../language/source/plain-schema-message.ts';
import type { YamlSource } from '../language/source/yaml-source.ts';
import { environmentOverrides } from './environment-overrides.ts';
import { type HostConfig, hostConfigSchema } from './host-config.ts';
import { interpolate } from './interpolate.ts';

export interface LoadedConfig {
  readonly config: HostConfig;
  /** Where each set value came from: `server.port` → `BACKPLANE_SERVER_PORT` or `config/backplane.yaml:4:9`. Others are defaults. */
  readonly origins: ReadonlyMap<string, string>;
}

/** Settings given on the command line, strongest of all: `{ 'server.port': 0 }`. */
export type CommandLineSettings = Readonly<Record<string, unknown>>;

/**
 * Reads `backplane.yaml` from `folder` (absent file: defaults), then the environment, then the command line.
 * Throws CONFIG_INVALID with every problem and its position, or CONFIG_MISSING.
 */
export function loadConfig(
  folder: string,
  environment: NodeJS.ProcessEnv,
  settings: CommandLineSettings = {},
): LoadedConfig {
  if (!existsSync(folder)) throw raise.CONFIG_MISSING({ folder });
  const file = join(folder, 'backplane.yaml');
  const source = parseYaml(readIfPresent(file), file);
  const problems = source.problems.map((problem) => `${at(source, [], problem.position)}: ${problem.message}`);
  if (problems.length > 0) throw raise.CONFIG_INVALID({ file, problems });

  const report = (path: readonly (string | number)[], message: string) =>
    problems.push(`${at(source, path)}: ${message}`);
  const values = asRecord(
    interpolate(source.value ?? {}, environment, (name, path) =>
      report(path, `the environment variable ${name} is not set`),
    ),
  );
  const origins = new Map<string, string>();
  recordOrigins(values, source, [], origins);
  const overlaid = overlay(values, environment, settings);
  for (const [setting, origin] of overlaid) origins.set(setting, origin);

  const parsed = hostConfigSchema.safeParse(values);
  for (const issue of parsed.error?.issues ?? []) {
    const origin = overlaid.get(issue.path.slice(0, 2).join('.'));
    if (origin === undefined) report(issue.path as (string | number)[], describe(issue));
    else problems.push(`${origin}: ${describe(issue)}`);
  }
  if (problems.length > 0 || !parsed.success) {
    const isAllOfFile = problems.every((problem) => problem.startsWith(`${file}:`));
    throw raise.CONFIG_INVALID({ ...(isAllOfFile && { file }), problems });
  }
  return { config: parsed.data, origins };
}

function readIfPresent(file: string): string {
  try {
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  } catch (cause) {
    throw raise.CONFIG_UNREADABLE({ file, cause: (cause as NodeJS.ErrnoException).code ?? 'unreadable' }, { cause });
  }
}

/** Puts what is stronger than the file over its values; tells for each such setting what gave it. */
function overlay(
  values: Record<string, unknown>,
  environment: NodeJS.ProcessEnv,
  settings: CommandLineSettings,
): ReadonlyMap<string, string> {
  const origins = new Map<string, string>();
  const assign = (path: readonly [string, string], value: unknown, origin: string) => {
    values[path[0]] = { ...asRecord(values[path[0]] ?? {}), [path[1]]: value };
    origins.set(path.join('.'), origin);
  };
  if (environment['DATABASE_URL'] !== undefined)
    assign(['database', 'url'], environment['DATABASE_URL'], 'DATABASE_URL');
  if (environment['REDIS_URL'] !== undefined) assign(['redis', 'url'], environment['REDIS_URL'], 'REDIS_URL');
  for (const override of environmentOverrides(environment)) assign(override.path, override.value, override.variable);
  for (const [path, value] of Object.entries(settings)) {
    if (value !== undefined) assign(path.split('.') as [string, string], value, 'command line');
  }
  return origins;
}

function recordOrigins(
  value: unknown,
  source: YamlSource,
  path: readonly string[],
  origins: Map<string, string>,
): void {
  for (const [key, item] of Object.entries(asRecord(value))) {
    const here = [...path, key];
    if (typeof item === 'object' && item !== null && !Array.isArray(item)) recordOrigins(item, source, here, origins);
    else origins.set(here.join('.'), at(source, here));
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { ...(value as Record<string, unknown>) }
    : {};
}

function at(source: YamlSource, path: readonly (string | number)[], position = source.positionOf(path)): string {
  return `${source.file}:${position.line}:${position.column}`;
}

interface Issue {
  readonly code?: string;
  readonly message: string;
  readonly path: readonly PropertyKey[];
  readonly keys?: readonly string[];
}

function describe(issue: Issue): string {
  if (issue.code !== 'unrecognized_keys') return `${issue.path.join('.')}: ${plainSchemaMessage(issue.message)}`;
  const known = Object.keys(
    issue.path.reduce<any>((schema, key) => {
      const inner = schema?.shape?.[key as string];
      return inner && 'unwrap' in inner ? inner.unwrap() : inner;
    }, hostConfigSchema)?.shape ?? {},
  );
  return (issue.keys ?? [])
    .map((key) => {
      const suggestion = nearest(key, known);
      return `unknown key \`${[...issue.path, key].join('.')}\`${suggestion ? `, did you mean \`${suggestion}\`?` : ''}`;
    })
    .join('; ');
}
