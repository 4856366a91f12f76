import { raise } from '../../errors/catalogue.ts';
import type { Workbench } from '../../host/workbench.ts';
import type { LeafCall, SecretValues } from '../../registry/runnable-action.ts';
import { jsonArgument, objectArgument } from '../argument.ts';
import { answerLines, objectMember } from '../batch.ts';
import { exitCodeOf } from '../exit-code.ts';
import { openBench } from '../open-bench.ts';
import { printError, printJson, printProblems, printWarning, shortError } from '../output.ts';

interface RunOptions {
  readonly config?: string;
  readonly data?: string;
  readonly input?: string;
  readonly secrets?: string;
  readonly vars?: string;
  readonly httpFixture?: string;
  readonly templates?: readonly string[];
  readonly json?: boolean;
}

type BenchOptions = Pick<RunOptions, 'config' | 'data' | 'httpFixture' | 'templates'>;

/** `backplane action run NAME`: one action; with a fixture also the calls it made. */
export async function runAction(name: string, options: RunOptions): Promise<void> {
  const request = {
    name,
    input: objectArgument(options.input, 'input'),
    secrets: objectArgument(options.secrets, 'secrets') as SecretValues,
    vars: objectArgument(options.vars, 'vars'),
  };
  await using bench = await prepareBench(options);
  const calls: LeafCall[] = [];
  try {
    const result = await bench.runAction({ ...request, warn: printWarning, onLeafCall: (call) => calls.push(call) });
    printJson(options.httpFixture === undefined ? result : { result, calls });
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    if (options.httpFixture !== undefined) printJson({ error: shortError(error), calls });
    else if (options.json) printJson({ error: shortError(error) });
    else printError(error);
  }
}

/** `backplane action run-batch`: NDJSON lines `{id, name, input, secrets, vars}`. */
export async function runBatch(options: BenchOptions): Promise<void> {
  await using bench = await prepareBench(options);
  await answerLines(async (line) => {
    if (typeof line['name'] !== 'string') throw raise.USAGE({ message: 'The line has no `name` of an action.' });
    const calls: LeafCall[] = [];
    try {
      const result = await bench.runAction({
        name: line['name'],
        input: objectMember(line, 'input'),
        secrets: objectMember(line, 'secrets') as SecretValues,
        vars: objectMember(line, 'vars'),
        onLeafCall: (call) => calls.push(call),
      });
      return { result, calls };
    } catch (error) {
      return { error: shortError(error), calls };
    }
  });
}

async function prepareBench(options: BenchOptions): Promise<Workbench> {
  const fixture = options.httpFixture === undefined ? undefined : jsonArgument(options.httpFixture, 'http-fixture');
  const bench = await openBench({
    config: options.config,
    data: options.data,
    templates: options.templates,
    httpFixture: fixture,
  });
  printProblems(bench.problems);
  return bench;
}
