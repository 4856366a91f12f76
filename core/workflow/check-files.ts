import { basename, extname } from 'node:path';
import type { Problem } from '../language/source/problem.ts';
import type { YamlSource } from '../language/source/yaml-source.ts';
import type { ActionRegistry } from '../registry/runnable-action.ts';
import { checkCalls, type KnownWorkflow, knownWorkflow } from './check/calls/check-calls.ts';
import { missingNeeds, type Supplies } from './check/needs/missing-needs.ts';
import type { Need } from './check/needs/workflow-needs.ts';
import { byPosition, type CheckedFile, checkWorkflow } from './check-workflow.ts';

export interface FilesCheck {
  readonly registry: ActionRegistry;
  /** Workflows beside the files that may be called, under these aliases. */
  readonly companions: readonly { readonly alias: string; readonly source: YamlSource }[];
  readonly supplies: Supplies;
}

export interface CheckedFiles {
  readonly files: number;
  readonly problems: readonly Problem[];
  /** What the workflows need, as far as nobody has said what there is. */
  readonly needs: readonly Need[];
}

/** Checks workflow files together: each for itself, and the calls between them. A file is known by its name without the ending. */
export function checkFiles(
  sources: readonly YamlSource[],
  { registry, companions, supplies }: FilesCheck,
): CheckedFiles {
  const files = sources.map((source) => {
    return { alias: basename(source.file, extname(source.file)), source, checked: checkWorkflow(source, registry) };
  });
  const others = companions.map(({ alias, source }) => ({ alias, source, checked: checkWorkflow(source, registry) }));
  const known = new Map([...files, ...others].map(({ alias, checked }) => [alias, knownWorkflow(checked)] as const));
  const problems = files.flatMap(({ alias, checked }) => problemsOf(alias, checked, known, supplies));
  const needs = files
    .flatMap(({ checked }) => checked.needs ?? [])
    .filter(({ kind }) => {
      return kind === 'secret' ? supplies.hasSecret === undefined : supplies.variables === undefined;
    });
  return { files: files.length, problems, needs };
}

function problemsOf(
  alias: string,
  { problems, needs = [], calls = [] }: CheckedFile,
  known: ReadonlyMap<string, KnownWorkflow | undefined>,
  supplies: Supplies,
): Problem[] {
  return [...problems, ...checkCalls(calls, known, alias), ...missingNeeds(needs, supplies)].toSorted(byPosition);
}
