import { readFile } from 'node:fs/promises';
import { raise } from '../../errors/catalogue.ts';
import { nearest } from '../../language/source/did-you-mean.ts';
import { parseYaml } from '../../language/source/parse-yaml.ts';
import type { Problem } from '../../language/source/problem.ts';
import { toProblem } from '../../language/source/to-problem.ts';
import type { YamlSource } from '../../language/source/yaml-source.ts';
import type { ActionRegistry, RunnableAction } from '../runnable-action.ts';
import type { ActionLookup } from './action-lookup.ts';
import { checkTemplateFile } from './check-template-file.ts';
import { readTemplate } from './read-template.ts';
import { templateAction } from './template-action.ts';
import { validateTemplate } from './validate-template.ts';
import { yamlFiles } from './yaml-files.ts';

export interface CheckedFiles {
  /** How many were looked at. */
  readonly files: number;
  readonly problems: readonly Problem[];
}

/**
 * Checks template files and folders. The files may call each other, whether the registry knows them or not; where both
 * have a name, the checked file counts. Files that are plainly something else (`type: workflow`) are passed over in folders.
 * @throws TEMPLATE_FILE when a path cannot be read
 */
export async function checkTemplateFiles(paths: readonly string[], registry: ActionRegistry): Promise<CheckedFiles> {
  const files = await yamlFiles(paths);
  const sources: YamlSource[] = [];
  for (const file of files) {
    const source = parseYaml(await readText(file), file);
    if (paths.includes(file) || !isOfAnotherKind(source)) sources.push(source);
  }
  const checked = new Map<string, RunnableAction>();
  const lookup: ActionLookup = {
    get: (name) => checked.get(name) ?? registry.get(name),
    suggest: (name) => nearest(name, checked.keys()) ?? registry.suggest(name),
  };
  const duplicates = sources.flatMap((source) => include(source, checked, { ...registry, ...lookup }));
  const problems = sources.flatMap((source) => checkTemplateFile(source, lookup));
  return { files: sources.length, problems: [...duplicates, ...problems] };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const problem = `cannot be read (${(cause as NodeJS.ErrnoException).code})`;
    throw raise.TEMPLATE_FILE({ file, problem }, { cause });
  }
}

function isOfAnotherKind({ value }: YamlSource): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'workflow';
}

/** Makes the file's template known to the others. */
function include(source: YamlSource, checked: Map<string, RunnableAction>, registry: ActionRegistry): Problem[] {
  const { definition } = readTemplate(source);
  if (definition === undefined) return [];
  const { name } = definition;
  const earlier = checked.get(name);
  if (earlier !== undefined) {
    const error = raise.ACTION_DUPLICATE({ name, first: earlier.info.origin, second: source.file });
    return [toProblem(error, source.positionOf(['definition', 'name']))];
  }
  const read = () => validateTemplate(source, registry);
  checked.set(name, templateAction({ name, origin: source.file, read }, registry));
  return [];
}
