import { raise } from '../../errors/catalogue.ts';
import type { RunDetails } from '../../executor/history/run-details.ts';
import type { RunReport } from '../../executor/run-report.ts';
import type { GivenAnswers } from '../../host/file-answers.ts';
import { type FileRun, type RefusedRun, runFile } from '../../host/run-file.ts';
import type { SecretValues } from '../../registry/runnable-action.ts';
import { aliasedFiles, inputArgument, jsonArgument, objectArgument } from '../argument.ts';
import { EXIT } from '../exit-code.ts';
import { openBench } from '../open-bench.ts';
import { printErrorRecord, printJson, printProblems, printWarning } from '../output.ts';
import { terminalLook } from '../terminal-look.ts';
import { readRunTree } from '../timeline/run-tree.ts';
import { timelineOf } from '../timeline/run-view.ts';

interface RunOptions {
  readonly config?: string;
  readonly data?: string;
  readonly templates?: readonly string[];
  readonly with?: readonly string[];
  readonly input?: string;
  readonly respond?: readonly string[];
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
    companions: aliasedFiles(options.with ?? []),
    answers: answers(options.respond ?? []),
    signal: interrupted.signal,
    warn: printWarning,
    // Whoever reads the output with a program wants the result alone.
    ...(process.stderr.isTTY &&
      options.json !== true && { inspect: (runId, read) => printTimeline(file, runId, read) }),
  };
  await using bench = await openBench({ config: options.config, data: options.data, templates: options.templates });
  const outcome = await runFile(bench, request);
  if (options.json) printJson(outcome);
  else print(outcome);
  if (outcome.status === 'refused') process.exitCode = EXIT.usage;
  else if (outcome.status !== 'completed') process.exitCode = EXIT.failed;
}

async function printTimeline(
  file: string,
  runId: string,
  read: (runId: string) => Promise<RunDetails | undefined>,
): Promise<void> {
  const tree = await readRunTree(runId, read);
  if (tree === undefined) return;
  const lines = timelineOf(tree, terminalLook(process.stderr), Date.now());
  process.stderr.write(`${[file, ...lines].join('\n')}\n`);
}

function print(outcome: RunReport | RefusedRun): void {
  if (outcome.status === 'completed') printJson(outcome.result);
  else if ('problems' in outcome && outcome.problems.length > 0) printProblems(outcome.problems);
  else if (outcome.error !== undefined) printErrorRecord(outcome.error);
  else process.stderr.write(`The run was ${outcome.status}.\n`);
  const failed = Object.entries(outcome.steps).filter(([, { status }]) => status === 'failed');
  for (const [ref] of failed) process.stderr.write(`  in step ${ref}\n`);
}

/** `REF=JSON` pairs, or `REF=@FILE`; the words `approve` and `reject` need no quotes. */
function answers(pairs: readonly string[]): GivenAnswers {
  const given = new Map<string, unknown[]>();
  for (const pair of pairs) {
    const split = pair.indexOf('=');
    if (split < 1) throw raise.USAGE({ message: `--respond: expected REF=JSON, got \`${pair}\`.` });
    const [ref, text] = [pair.slice(0, split), pair.slice(split + 1)];
    const answer = text === 'approve' || text === 'reject' ? text : jsonArgument(text, 'respond');
    given.set(ref, [...(given.get(ref) ?? []), answer]);
  }
  return given;
}
