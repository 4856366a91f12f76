import { raise } from '../../errors/catalogue.ts';
import type { RunReport } from '../../executor/run-report.ts';
import { type FileRun, type RefusedRun, runFile } from '../../host/run-file.ts';
import type { SecretValues } from '../../registry/runnable-action.ts';
import { inputArgument, objectArgument } from '../argument.ts';
import { EXIT } from '../exit-code.ts';
import { openBench } from '../open-bench.ts';
import { printErrorRecord, printJson, printProblems, printWarning } from '../output.ts';

interface RunOptions {
  readonly config?: string;
  readonly templates?: readonly string[];
  readonly with?: readonly string[];
  readonly input?: string;
  readonly secrets?: string;
  readonly vars?: string;
  readonly json?: boolean;
}

/** `backplane run FILE.yaml`: checks and runs one workflow in this process; nothing is stored. Ctrl-C cancels it. */
export async function run(file: string, options: RunOptions): Promise<void> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const request: FileRun = {
    file,
    input: inputArgument(options.input),
    secrets: objectArgument(options.secrets, 'secrets') as SecretValues,
    vars: objectArgument(options.vars, 'vars'),
    companions: companions(options.with ?? []),
    signal: interrupted.signal,
    warn: printWarning,
  };
  await using bench = await openBench({ config: options.config, templates: options.templates });
  const outcome = await runFile(bench, request);
  if (options.json) printJson(outcome);
  else print(outcome);
  if (outcome.status === 'refused') process.exitCode = EXIT.usage;
  else if (outcome.status !== 'completed') process.exitCode = EXIT.failed;
}

function print(outcome: RunReport | RefusedRun): void {
  if (outcome.status === 'completed') printJson(outcome.result);
  else if ('problems' in outcome && outcome.problems.length > 0) printProblems(outcome.problems);
  else if (outcome.error !== undefined) printErrorRecord(outcome.error);
  else process.stderr.write(`The run was ${outcome.status}.\n`);
  const failed = Object.entries(outcome.steps).filter(([, { status }]) => status === 'failed');
  for (const [ref] of failed) process.stderr.write(`  in step ${ref}\n`);
}

/** `ALIAS=FILE` pairs. */
function companions(pairs: readonly string[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const pair of pairs) {
    const split = pair.indexOf('=');
    if (split < 1) throw raise.USAGE({ message: `--with: expected ALIAS=FILE, got \`${pair}\`.` });
    const alias = pair.slice(0, split);
    if (files.has(alias)) throw raise.USAGE({ message: `--with: the alias \`${alias}\` is given twice.` });
    files.set(alias, pair.slice(split + 1));
  }
  return files;
}
