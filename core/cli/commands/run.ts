import { openWorkbench } from '../../host/workbench.ts';
import { raise } from '../../errors/catalogue.ts';
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

/** `backplane run FILE.yaml`: checks and runs one workflow in this process; nothing is stored. */
export async function run(file: string, options: RunOptions): Promise<void> {
  const input = inputArgument(options.input);
  const request = { file, input, secrets: objectArgument(options.secrets, 'secrets'), vars: objectArgument(options.vars, 'vars'), companions: companions(options.with ?? []) };
  await using bench = await openWorkbench({});
  const outcome = await bench.runWorkflow(request);
  if (options.json) printJson(outcome);
  else if (outcome.status === 'refused') printProblems(outcome.problems ?? []);
  else if (outcome.status === 'completed') printJson(outcome.result);
  if (!options.json && outcome.error !== undefined) printError(outcome.error);
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
