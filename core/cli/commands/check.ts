import { readTextFile } from '../../host/read-text-file.ts';
import type { Workbench } from '../../host/workbench.ts';
import { parseYaml } from '../../language/source/parse-yaml.ts';
import type { Problem } from '../../language/source/problem.ts';
import type { YamlSource } from '../../language/source/yaml-source.ts';
import { isRecord } from '../../language/values/is-record.ts';
import { onceLoaded } from '../../plugins/actions/lazy-action.ts';
import type { SecretValues } from '../../registry/runnable-action.ts';
import { checkTemplateFiles } from '../../registry/template/check-template-files.ts';
import { yamlFiles } from '../../registry/template/yaml-files.ts';
import type { Supplies } from '../../workflow/check/needs/missing-needs.ts';
import type { Need } from '../../workflow/check/needs/workflow-needs.ts';
import { checkFiles } from '../../workflow/check-files.ts';
import { aliasedFiles, objectArgument } from '../argument.ts';
import { EXIT } from '../exit-code.ts';
import { openBench } from '../open-bench.ts';
import { printJson, printProblems } from '../output.ts';

interface CheckOptions {
  readonly config?: string;
  readonly data?: string;
  readonly templates?: readonly string[];
  readonly json?: boolean;
}

interface WorkflowCheckOptions extends CheckOptions {
  readonly with?: readonly string[];
  readonly secrets?: string;
  readonly vars?: string;
  readonly strictWarnings?: boolean;
  readonly warningsAsErrors?: boolean;
}

/** `backplane template check PATH…` */
export async function checkTemplates(paths: readonly string[], options: CheckOptions): Promise<void> {
  await using bench = await openBench(options);
  report(await onceLoaded(() => checkTemplateFiles(paths, bench.registry)), options);
}

/**
 * `backplane workflow check PATH…`. Files that are plainly something else (`type: action`) are passed over in folders. Subflows are
 * found under the names of the files, and under those that `--with` gives.
 */
export async function checkWorkflows(paths: readonly string[], options: WorkflowCheckOptions): Promise<void> {
  await using bench = await openBench(options);
  const sources = (await yamlFiles(paths))
    .map((file) => parseYaml(readTextFile(file), file))
    .filter((source) => paths.includes(source.file) || !isTemplate(source));
  const companions = [...aliasedFiles(options.with ?? [])].map(([alias, file]) => ({
    alias,
    source: parseYaml(readTextFile(file), file),
  }));
  const checks = await onceLoaded(() =>
    checkFiles(sources, { registry: bench.registry, companions, supplies: suppliesOf(bench, options) }),
  );
  report(checks, options);
}

/** What is there: of the configuration and the command line together. Undefined where neither says anything. */
function suppliesOf(bench: Workbench, options: WorkflowCheckOptions): Supplies {
  const given = objectArgument(options.secrets, 'secrets') as SecretValues;
  const secrets: SecretValues = { ...bench.secrets, ...given };
  const variables = { ...bench.variables, ...objectArgument(options.vars, 'vars') };
  const knowsSecrets = options.secrets !== undefined || Object.keys(bench.secrets).length > 0;
  const knowsVariables = options.vars !== undefined || Object.keys(bench.variables).length > 0;
  return {
    ...(knowsSecrets && { hasSecret: (name) => hasSecret(secrets, name) }),
    ...(knowsVariables && { variables: Object.keys(variables) }),
  };
}

function hasSecret(secrets: SecretValues, qualified: string): boolean {
  const [name = '', key = ''] = qualified.split('.');
  return Object.hasOwn(secrets, name) && Object.hasOwn(secrets[name]!, key);
}

function isTemplate({ value }: YamlSource): boolean {
  return isRecord(value) && value['type'] === 'action';
}

interface Report {
  readonly files: number;
  readonly problems: readonly Problem[];
  readonly needs?: readonly Need[];
}

function report({ files, problems, needs }: Report, options: WorkflowCheckOptions): void {
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  const warnings = problems.length - errors;
  if (options.json) {
    const named = needs?.map(({ kind, name, environment, by }) => ({ kind, name, environment, by }));
    printJson({ files, errors, warnings, problems, ...(named !== undefined && { needs: named }) });
  } else {
    printProblems(problems);
    for (const need of needs ?? []) process.stdout.write(`needs ${needText(need)}\n`);
    const warned = warnings === 0 ? '' : `, ${counted(warnings, 'warning')}`;
    process.stdout.write(`${counted(files, 'file')}, ${counted(errors, 'error')}${warned}\n`);
  }
  const isStrict = options.strictWarnings === true || options.warningsAsErrors === true;
  if (errors > 0 || (isStrict && warnings > 0)) process.exitCode = EXIT.failed;
}

function needText({ kind, name, environment, by }: Need): string {
  const where =
    kind === 'variable' ? '' : environment === undefined ? ' in an environment that it decides' : ` in ${environment}`;
  return `the ${kind} ${name}${where}: ${by.join(', ')}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
