import { type Command, Option } from 'commander';
import { hostOptions } from '../../host-options.ts';

const json = () => new Option('--json', 'print one JSON document');
const input = () => new Option('--input <json|@file>', 'what triggers it: JSON, or a file of any kind');
const idempotencyKey = () => new Option('--idempotency-key <key>', 'the same key starts the same run, for 24 hours');

/** `backplane runs …`: what a running host has run, and what it is to do about it. */
export function runsCommands(runs: Command): void {
  seeing(runs);
  steering(runs);
  starting(runs);
}

function command(runs: Command, name: string, description: string): Command {
  return hostOptions(runs.command(name).description(description));
}

function seeing(runs: Command): void {
  command(runs, 'list', 'a page of runs, newest first')
    .option('--workflow <id>', 'only of this workflow: id or alias')
    .option('--status <status>', 'running, completed, failed or cancelled')
    .option('--trigger <type>', 'api, webhook, schedule, subflow, …')
    .option('--since <when>', 'started then or later: a date, or 15m, 2h, 7d ago')
    .option('--until <when>', 'started before')
    .option('--ended-after <when>', 'ended then or later')
    .option('--ended-before <when>', 'ended before')
    .option('--longer-than <seconds>', 'took longer, or has been running longer')
    .option('--parent <run>', 'started by this run')
    .option('--query <text>', 'how the code of the error begins, or what its message contains')
    .option('--oldest-first', 'in the order of their start')
    .option('--limit <n>', 'at most so many; default 50, at most 200')
    .option('--cursor <cursor>', 'the page after: what the page before names')
    .addOption(json())
    .action(async (given) => (await import('./list.ts')).listRuns(given));
  command(runs, 'show <run>', 'the timeline of a run')
    .option('--step <ref>', 'all that is known of one step')
    .addOption(json())
    .action(async (run, given) => (await import('./show.ts')).showRun(run, given));
  command(runs, 'tail [run]', 'follow a run to its end, or with --workflow all runs of a workflow')
    .option('--workflow <id>', 'id or alias')
    .option('--json', 'print one JSON document a line')
    .action(async (run, given) => (await import('./tail.ts')).tailRuns(run, given));
}

function steering(runs: Command): void {
  const wishes = {
    cancel: 'stop a run',
    terminate: 'end a run at once, and all that it has started',
    pause: 'let a run begin nothing new',
    resume: 'let a paused run go on',
  } as const;
  for (const wish of Object.keys(wishes) as (keyof typeof wishes)[]) {
    const made = command(runs, `${wish} <run>`, wishes[wish]);
    if (wish !== 'resume') made.option('--reason <text>', 'kept with the run');
    made.addOption(json()).action(async (run, given) => (await import('./control.ts')).controlRun(wish, run, given));
  }
}

function starting(runs: Command): void {
  const waiting = (made: Command) =>
    made.option('--wait', 'wait for its end and print what it gives').addOption(idempotencyKey()).addOption(json());
  waiting(command(runs, 'start <workflow>', 'start a stored workflow').addOption(input()))
    .option('--environment <name>', 'whose secrets and variables it uses')
    .action(async (workflow, given) => (await import('./start.ts')).startWorkflow(workflow, given));
  const repeating = (made: Command) =>
    waiting(made)
      .option('--latest', 'with the newest version of the workflow, not that of the old run')
      .option('--reason <text>', 'kept with the new run');
  repeating(command(runs, 'retry <run>', 'a new run of what has not succeeded')).action(async (run, given) =>
    (await import('./start.ts')).repeatRun('retry', run, given),
  );
  repeating(command(runs, 'replay <run>', 'a new run of all of it').addOption(input())).action(async (run, given) =>
    (await import('./start.ts')).repeatRun('replay', run, given),
  );
  repeating(
    command(runs, 'rerun-from <run> <ref>', 'a new run from this step on, with the earlier results').addOption(input()),
  ).action(async (run, ref, given) => (await import('./start.ts')).repeatRun('rerun-from', run, given, ref));
}
