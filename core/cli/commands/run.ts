import { raise } from '../../errors/catalogue.ts';
import { runFile } from '../../host/run-file.ts';
import { openWorkbench } from '../../host/workbench.ts';
import type { SecretValues } from '../../registry/runnable-action.ts';
import { inputArgument, objectArgument } from '../argument.ts';
import { EXIT } from '../exit-code.ts';
import { printError, printJson, printProblems } from '../output.ts';

interface RunOptions {
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
  const request = {
    file,
    input: inputArgument(options.input),
    secrets: objectArgument(options.secrets, 'secrets') as SecretValues,
    vars: objectArgument(options.vars, 'vars'),
    companions: companions(options.with ?? []),
    signal: interrupted.signal,
  };
  await using bench = await openWorkbench({});
  const outcome = await runFile(bench, request);
  if (options.json) printJson(outcome);
  else if (outcome.status === 'completed') printJson(outcome.result);
  else if ('problems' in outcome && outcome.problems.length > 0) printProblems(outcome.problems);
  else printError(outcome.error);
  if (outcome.status === 'refused') process.exitCode = EXIT.usage;
  else if (outcome.status !== 'completed') process.exitCode = EXIT.failed;
}

/** `ALIAS=FILE` pairs. */
function companions(pairs: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    pairs.map((pair) => {
      const split = pair.indexOf('=');
      if (split < 1) throw raise.USAGE({ message: `--with: expected ALIAS=FILE, got \`${pair}\`.` });
      return [pair.slice(0, split), pair.slice(split + 1)];
    }),
  );
}
