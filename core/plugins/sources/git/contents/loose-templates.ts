import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SDK_GENERATION } from '@backplane/sdk';
import { raise } from '../../../../errors/catalogue.ts';
import { parseYaml } from '../../../../language/source/parse-yaml.ts';
import { toProblem } from '../../../../language/source/to-problem.ts';
import type { YamlSource } from '../../../../language/source/yaml-source.ts';
import { toJsonSchema } from '../../../../language/types/to-json-schema.ts';
import { isRecord } from '../../../../language/values/is-record.ts';
import { mapConcurrently } from '../../../../registry/template/map-concurrently.ts';
import { readTemplate } from '../../../../registry/template/read-template.ts';
import type { TemplateDefinition } from '../../../../registry/template/template-definition.ts';
import { manifestSchema } from '../../../manifest/manifest-schema.ts';
import type { SourceCommit } from '../git-sources.ts';
import type { SourceProblem } from '../source-diff.ts';
import type { FoundPlugin } from './found-plugin.ts';
import { sourceProblem } from './source-problem.ts';

/** A bare template whose shape is right. */
export interface LooseTemplate {
  /** Below the source. */
  readonly path: string;
  readonly yaml: YamlSource;
  readonly definition: TemplateDefinition;
}

/** The YAML files that are templates; of two with one name neither is taken. */
export async function looseTemplates(
  folder: string,
  files: readonly string[],
): Promise<{ readonly templates: readonly LooseTemplate[]; readonly problems: readonly SourceProblem[] }> {
  const problems: SourceProblem[] = [];
  const byName = new Map<string, LooseTemplate[]>();
  const read = await mapConcurrently(files, 32, async (path) => ({
    path,
    yaml: parseYaml(await readFile(join(folder, path), 'utf8'), path),
  }));
  for (const { path, yaml } of read) {
    // YAML of other tools lies in many repositories: only what says that it is a template is taken for one.
    if (!isRecord(yaml.value) || yaml.value['type'] !== 'action') continue;
    const { definition, problems: found } = readTemplate(yaml);
    const wrong = found.filter(({ severity }) => severity === 'error');
    problems.push(...wrong.map(sourceProblem));
    if (definition === undefined || wrong.length > 0) continue;
    byName.getOrInsertComputed(definition.name, () => []).push({ path, yaml, definition });
  }
  for (const [name, [first, ...others]] of byName) {
    for (const { path, yaml } of others) {
      const twice = raise.ACTION_DUPLICATE({ name, first: first!.path, second: path });
      problems.push(sourceProblem(toProblem(twice, yaml.positionOf(['definition', 'name']))));
    }
  }
  const templates = [...byName.values()].flatMap((found) => (found.length === 1 ? found : []));
  return { templates: templates.toSorted((a, b) => (a.definition.name < b.definition.name ? -1 : 1)), problems };
}

/** All of them as one plugin that is only data; undefined when there are none. */
export function templatesPlugin(
  source: string,
  commit: SourceCommit,
  templates: readonly LooseTemplate[],
): FoundPlugin | undefined {
  if (templates.length === 0) return undefined;
  const version = templatesVersion(commit);
  const manifest = manifestSchema.parse({
    id: source,
    version,
    host: '*',
    sdk: SDK_GENERATION,
    tier: 'isolate',
    contributes: { templates: Object.fromEntries(templates.map(({ definition, path }) => [definition.name, path])) },
  });
  const contributions = templates.map(({ definition: { name, inputs, outputSchema } }) => ({
    name: `action:${name}`,
    input: toJsonSchema(inputs),
    output: outputSchema,
  }));
  const files = templates.map(({ path }) => path);
  return { kind: 'templates', id: source, version, path: '', manifest, contributions, files };
}

/** Later commits have higher versions: time first, then the commit. */
function templatesVersion({ commit, committedAt }: SourceCommit): string {
  return `0.0.0-${committedAt
    .replaceAll(/\D/g, '')
    .slice(0, 14)
    .replace(/^0+(?=\d)/, '')}.g${commit.slice(0, 12)}`;
}
