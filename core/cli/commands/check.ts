import { readFileSync } from 'node:fs';
import { raise } from '../../errors/catalogue.ts';
import { openWorkbench, type Workbench } from '../../host/workbench.ts';
import { parseYaml } from '../../language/source/parse-yaml.ts';
import type { Problem } from '../../language/source/problem.ts';
import { checkTemplateFiles } from '../../registry/template/check-template-files.ts';
import { yamlFiles } from '../../registry/template/yaml-files.ts';
import { checkWorkflow } from '../../workflow/check-workflow.ts';
import { EXIT } from '../exit-code.ts';
import { printJson, printProblems } from '../output.ts';

interface CheckOptions {
  readonly templates?: readonly string[];
  readonly json?: boolean;
}

/** `backplane template check PATH…` */
export async function checkTemplates(paths: readonly string[], options: CheckOptions): Promise<void> {
  await using bench = await openWorkbench(options);
  report(await checkTemplateFiles(paths, bench.registry), options);
}

/** `backplane workflow check PATH…` */
export async function checkWorkflows(paths: readonly string[], options: CheckOptions): Promise<void> {
  await using bench = await openWorkbench(options);
  const files = await yamlFiles(paths);
  report({ files: files.length, problems: files.flatMap((file) => problemsOf(file, bench)) }, options);
}

function problemsOf(file: string, bench: Workbench): readonly Problem[] {
  return checkWorkflow(parseYaml(readText(file), file), bench.registry).problems;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw raise.USAGE({ message: `Cannot read ${file} (${(cause as NodeJS.ErrnoException).code}).` }, { cause });
  }
}

function report({ files, problems }: { files: number; problems: readonly Problem[] }, options: CheckOptions): void {
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  if (options.json) printJson({ files, errors, problems });
  else {
    printProblems(problems);
    process.stdout.write(
      `${files} ${files === 1 ? 'file' : 'files'}, ${errors} ${errors === 1 ? 'error' : 'errors'}\n`,
    );
  }
  if (errors > 0) process.exitCode = EXIT.failed;
}
