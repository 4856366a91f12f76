import { raise } from '../../errors/catalogue.ts';
import { openWorkbench, type Workbench } from '../../host/workbench.ts';
import type { LeafCall, SecretValues } from '../../registry/runnable-action.ts';
import { jsonArgument, objectArgument } from '../argument.ts';
import { answerLines } from '../batch.ts';
import { EXIT } from '../exit-code.ts';
import { printError, printJson, printProblems, shortError } from '../output.ts';

interface RunOptions {
  readonly input?: string;
  readonly secrets?: string;
  readonly vars?: string;
  readonly httpFixture?: string;
  readonly templates?: readonly string[];
  readonly json?: boolean;
}

/** `backplane action run NAME`: one action; with a fixture also the calls it made. */
export async function runAction(name: string, options: RunOptions): Promise<void> {
  const request = {
    name,
    input: objectArgument(options.input, 'input'),
    secrets: objectArgument(options.secrets, 'secrets') as SecretValues,
    vars: objectArgument(options.vars, 'vars'),
  };
  await using bench = await openBench(options);
  const calls: LeafCall[] = [];
  try {
    const result = await bench.runAction({ ...request, onLeafCall: (call) => calls.push(call) });
    printJson(options.httpFixture === undefined ? result : { result, calls });
  } catch (error) {
    process.exitCode = EXIT.failed;
    if (options.httpFixture !== undefined) printJson({ error: shortError(error), calls });
    else if (options.json) printJson({ error: shortError(error) });
    else printError(error);
  }
}

/** `backplane action run-batch`: NDJSON lines `{id, name, input, secrets, vars}`. */
export async function runBatch(options: Pick<RunOptions, 'httpFixture' | 'templates'>): Promise<void> {
  await using bench = await openBench(options);
  await answerLines(async (line) => {
    if (typeof line['name'] !== 'string') throw raise.USAGE({ message: 'The line has no `name` of an action.' });
    const calls: LeafCall[] = [];
    try {
      const result = await bench.runAction({
        name: line['name'],
        input: record(line['input']),
        secrets: record(line['secrets']) as SecretValues,
        vars: record(line['vars']),
        onLeafCall: (call) => calls.push(call),
      });
      return { result, calls };
    } catch (error) {
      return { error: shortError(error), calls };
    }
  });
}

async function openBench(options: Pick<RunOptions, 'httpFixture' | 'templates'>): Promise<Workbench> {
  const fixture = options.httpFixture === undefined ? undefined : jsonArgument(options.httpFixture, 'http-fixture');
  const bench = await openWorkbench({ ...options, httpFixture: fixture });
  printProblems(bench.problems);
  return bench;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
