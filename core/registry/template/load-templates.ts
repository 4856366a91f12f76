import { readFile } from 'node:fs/promises';
import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { parseYaml } from '../../language/source/parse-yaml.ts';
import type { Problem } from '../../language/source/problem.ts';
import { toProblem } from '../../language/source/to-problem.ts';
import type { ActionRegistry } from '../runnable-action.ts';
import { mapConcurrently } from './map-concurrently.ts';
import { type ReadTemplate, readTemplate } from './read-template.ts';
import { templateAction } from './template-action.ts';
import { indexTemplate } from './template-index.ts';
import { validateTemplate } from './validate-template.ts';
import { yamlFiles } from './yaml-files.ts';

/** Files read at the same time. */
const READ_CONCURRENCY = 32;

export interface LoadedTemplates extends Disposable {
  /** Names now in the registry; disposing takes them out again. */
  readonly loaded: readonly string[];
  /** Files left out, and why. What is wrong inside a file shows when it is checked or first used. */
  readonly problems: readonly Problem[];
}

/**
 * Puts every template of these folders (and files) into the registry. Earlier folders win: later files of the same names are
 * left out, with one warning for each two folders. A file that cannot be used never stops the others.
 */
export async function loadTemplates(dirs: readonly string[], registry: ActionRegistry): Promise<LoadedTemplates> {
  const problems: Problem[] = [];
  const mine = new Map<string, { readonly dir: string; readonly registration: Disposable }>();
  for (const dir of dirs) {
    const shadowed = new Map<string, Set<string>>();
    for (const { file, text } of await readFiles(dir, problems)) {
      const found = identify(file, text, registry);
      if (found === undefined) continue;
      if (found.name === undefined) {
        problems.push(...found.problems);
        continue;
      }
      const { name, read } = found;
      const earlier = mine.get(name);
      if (earlier !== undefined && earlier.dir !== dir) {
        shadowed.getOrInsertComputed(earlier.dir, () => new Set()).add(name);
        continue;
      }
      try {
        mine.set(name, { dir, registration: registry.add(templateAction({ name, origin: file, read }, registry)) });
      } catch (error) {
        problems.push(problemAt(error, file));
      }
    }
    for (const [by, names] of shadowed) problems.push(shadowing(dir, by, [...names]));
  }
  return {
    loaded: [...mine.keys()],
    problems,
    [Symbol.dispose]() {
      for (const { registration } of mine.values()) registration[Symbol.dispose]();
    },
  };
}

async function readFiles(dir: string, problems: Problem[]): Promise<{ file: string; text: string }[]> {
  const files = await yamlFiles([dir]).catch((error: unknown) => {
    problems.push(problemAt(error, dir));
    return [];
  });
  const read = await mapConcurrently(files, READ_CONCURRENCY, async (file) => {
    try {
      return { file, text: await readFile(file, 'utf8') };
    } catch (cause) {
      const problem = `cannot be read (${(cause as NodeJS.ErrnoException).code})`;
      problems.push(problemAt(raise.TEMPLATE_FILE({ file, problem }, { cause }), file));
      return undefined;
    }
  });
  return read.filter((one) => one !== undefined);
}

type Identified =
  | { readonly name: string; read(): ReadTemplate }
  | { readonly name?: undefined; readonly problems: readonly Problem[] };

/** Undefined for YAML of another kind. */
function identify(file: string, text: string, registry: ActionRegistry): Identified | undefined {
  const indexed = indexTemplate(text);
  if (indexed === 'not-a-template') return undefined;
  const read = () => validateTemplate(parseYaml(text, file), registry);
  if (indexed !== 'unclear') return { name: indexed.name, read };
  const { definition, problems } = readTemplate(parseYaml(text, file));
  const errors = problems.filter((problem) => problem.severity === 'error');
  return errors.length > 0 || definition === undefined ? { problems: errors } : { name: definition.name, read };
}

function shadowing(folder: string, by: string, names: readonly string[]): Problem {
  return { ...problemAt(raise.TEMPLATES_SHADOWED({ folder, by, names }), folder), severity: 'warning' };
}

function problemAt(error: unknown, file: string): Problem {
  if (!BackplaneError.is(error)) throw error;
  return toProblem(error, { file, line: 1, column: 1 });
}
