import { readTextFile } from '../../host/read-text-file.ts';
import type { Workbench } from '../../host/workbench.ts';
import { parseYaml } from '../../language/source/parse-yaml.ts';
import type { Problem } from '../../language/source/problem.ts';
import type { YamlSource } from '../../language/source/yaml-source.ts';
import { isRecord } from '../../language/values/is-record.ts';
import { checkTemplateFiles } from '../../registry/template/check-template-files.ts';
import { yamlFiles } from '../../registry/template/yaml-files.ts';
import { checkWorkflow } from '../../workflow/check-workflow.ts';
import { EXIT } from '../exit-code.ts';
import { openBench } from '../open-bench.ts';
import { printJson, printProblems } from '../output.ts';

interface CheckOptions {
  readonly config?: string;
  readonly templates?: readonly string[];
  readonly json?: boolean;
}

/** `backplane template check PATH…` */
export async function checkTemplates(paths: readonly string[], options: CheckOptions): Promise<void> {
  await using bench = await openBench(options);
  report(await checkTemplateFiles(paths, bench.registry), options);
}

/** `backplane workflow check PATH…`. Files that are plainly something else (`type: action`) are passed over in folders. */
export async function checkWorkflows(paths: readonly string[], options: CheckOptions): Promise<void> {
  await using bench = await openBench(options);
  const sources = (await yamlFiles(paths))
    .map((file) => parseYaml(readTextFile(file), file))
    .filter((source) => paths.includes(source.file) || !isTemplate(source));
  report({ files: sources.length, problems: sources.flatMap((source) => problemsOf(source, bench)) }, options);
}

function isTemplate({ value }: YamlSource): boolean {
  return isRecord(value) && value['type'] === 'action';
}

function problemsOf(source: YamlSource, bench: Workbench): readonly Problem[] {
  return checkWorkflow(source, bench.registry).problems;
}

function report({ files, problems }: { files: number; problems: readonly Problem[] }, options: CheckOptions): void {
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  if (options.json) printJson({ files, errors, problems });
  else {
    printProblems(problems);
    process.stdout.write(`${counted(files, 'file')}, ${counted(errors, 'error')}\n`);
  }
  if (errors > 0) process.exitCode = EXIT.failed;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
