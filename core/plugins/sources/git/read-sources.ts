import { nearest } from '../../../language/source/did-you-mean.ts';
import type { DataPath, YamlSource } from '../../../language/source/yaml-source.ts';
import {
  addressProblem,
  type GitSourceSetting,
  type SourceRules,
  type sourceSchema,
  sourceSetting,
} from './source-config.ts';

type Given = (typeof sourceSchema)['_output'];

export interface SourcesSection extends SourceRules {
  readonly sources: readonly Given[];
  /** What plugins say under `use`, by id. */
  readonly uses: Readonly<Record<string, string | undefined>>;
  readonly base: string;
}

/** The sources of `plugins.yaml`, and what is wrong with them as a whole: lines `file:line:column: key: problem`. */
export function readSources(
  section: SourcesSection,
  yaml: YamlSource,
): { settings: GitSourceSetting[]; problems: string[] } {
  const problems: string[] = [];
  const wrong = (path: DataPath, problem: string) => {
    const { line, column } = yaml.positionOf(path);
    problems.push(`${yaml.file}:${line}:${column}: ${path.join('.')}: ${problem}`);
  };
  const ids = section.sources.map(({ id }) => id);
  for (const [index, { id, git }] of section.sources.entries()) {
    if (ids.indexOf(id) < index) wrong(['sources', index, 'id'], `\`${id}\` is the id of an earlier source`);
    const problem = addressProblem(git, section);
    if (problem !== undefined) wrong(['sources', index, 'git'], problem);
  }
  for (const [plugin, use] of Object.entries(section.uses)) {
    if (use === undefined || !use.startsWith('git:')) continue;
    const id = use.slice('git:'.length).split('/')[0]!;
    if (ids.includes(id)) continue;
    const meant = nearest(id, ids);
    const known = ids.length === 0 ? 'there are none' : `known are ${ids.join(', ')}`;
    const hint = meant === undefined ? known : `did you mean \`${meant}\`?`;
    wrong(['plugins', plugin, 'use'], `there is no source \`${id}\`, ${hint}`);
  }
  if (problems.length > 0) return { settings: [], problems };
  const settings = section.sources.map((given, index) =>
    sourceSetting(given, { ...section, position: yaml.positionOf(['sources', index]) }),
  );
  return { settings, problems };
}

/** The parsed file with the references of its sources as they were written: `${env:…}` in them names the variable. */
export function withReferences(values: unknown, written: unknown): unknown {
  const [filled, raw] = [values, written] as { sources?: unknown }[];
  if (!Array.isArray(filled?.sources) || !Array.isArray(raw?.sources)) return values;
  const before: unknown[] = raw.sources;
  const sources = filled.sources.map((source: unknown, index) => {
    const own = before[index];
    if (typeof source !== 'object' || source === null || typeof own !== 'object' || own === null) return source;
    const kept = Object.entries(own).filter(([key]) => key === 'auth' || key === 'sync');
    return { ...source, ...Object.fromEntries(kept) };
  });
  return { ...filled, sources };
}
