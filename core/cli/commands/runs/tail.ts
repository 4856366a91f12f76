import { stringifyJson } from '@backplane/sdk';
import { raise } from '../../../errors/catalogue.ts';
import type { RunDetails, StepDetails } from '../../../executor/history/run-details.ts';
import { type ApiAddress, type ApiClient, createApiClient } from '../../api-client.ts';
import { EXIT } from '../../exit-code.ts';
import { serverEvents } from '../../server-events.ts';
import { harmless, type TerminalLook, terminalLook } from '../../terminal-look.ts';
import { statusMark } from '../../timeline/draw-timeline.ts';
import { durationText } from '../../timeline/duration-text.ts';
import { runView } from '../../timeline/run-view.ts';
import { summaryLine } from './list.ts';
import { LiveLines } from './live-lines.ts';
import { fullRunId } from './run-id.ts';
import { runTree } from './show.ts';
import { workflowNames } from './workflow-names.ts';

export interface TailOptions extends ApiAddress {
  readonly workflow?: string;
  readonly json?: boolean;
}

/** However fast events come, the run is read again no more often than this. */
const LOOK_AGAIN_MS = 200;

/** `backplane runs tail ID | --workflow X`: follows a run to its end, or all runs of a workflow until Ctrl-C. */
export async function tailRuns(given: string | undefined, options: TailOptions): Promise<void> {
  if ((given === undefined) === (options.workflow === undefined)) {
    throw raise.USAGE({ message: 'expected the id of a run, or --workflow with an id or alias.' });
  }
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const { signal } = interrupted;
  const api = createApiClient(options);
  if (given === undefined) return tailAll(api, options, signal);
  const runId = await fullRunId(api, given);
  const run = options.json ? await tailEvents(api, runId, signal) : await watchRun(api, runId, signal);
  if (run.status === 'failed' || run.status === 'cancelled') process.exitCode = EXIT.failed;
}

/** The stored events, one JSON document a line, as they come. */
async function tailEvents(api: ApiClient, runId: string, signal: AbortSignal): Promise<RunDetails> {
  for await (const { id, data } of serverEvents(api, `/runs/${runId}/events`, {}, signal))
    printLine({ id: Number(id), ...data });
  return api.send('GET', `/runs/${runId}`, { query: { attempts: 0, streams: 0 } });
}

async function tailAll(api: ApiClient, { workflow, json }: TailOptions, signal: AbortSignal): Promise<void> {
  const nameOf = await workflowNames(api);
  const look = terminalLook(process.stdout);
  for await (const { event, data } of serverEvents(api, '/runs/events', { workflow }, signal)) {
    if (json) printLine({ event, ...data });
    else
      process.stdout.write(
        `${statusMark(data.status, look)} ${summaryLine(data, nameOf(data.workflow), Date.now())}\n`,
      );
  }
}

/** Draws the timeline anew on a terminal; elsewhere writes a line for each change of a step. Gives the run as it ended. */
export async function watchRun(api: ApiClient, runId: string, signal: AbortSignal): Promise<RunDetails> {
  return process.stdout.isTTY ? redraw(api, runId, signal) : printChanges(api, runId, signal);
}

async function redraw(api: ApiClient, runId: string, signal: AbortSignal): Promise<RunDetails> {
  const nameOf = await workflowNames(api);
  const screen = new LiveLines(process.stdout);
  const draw = async () => {
    const tree = await runTree(api, runId);
    const look = terminalLook(process.stdout);
    screen.show(runView(tree, look, Date.now(), nameOf(tree.run.workflow)));
    return tree.run;
  };
  for await (const _ of changesOf(api, runId, signal)) await draw();
  const run = await draw();
  screen.leave();
  return run;
}

async function printChanges(api: ApiClient, runId: string, signal: AbortSignal): Promise<RunDetails> {
  const known = new Map<string, string>();
  const look = terminalLook(process.stdout);
  const print = async () => {
    const run = (await api.send('GET', `/runs/${runId}`, { query: { attempts: 1 } })) as RunDetails;
    const news = Object.entries(run.steps).sort(([, a], [, b]) => (timeOf(a) < timeOf(b) ? -1 : 1));
    for (const [ref, step] of news) {
      if (step.status === 'waiting' || known.get(ref) === step.status) continue;
      known.set(ref, step.status);
      process.stdout.write(`${changeLine(ref, step, look)}\n`);
    }
    return run;
  };
  for await (const _ of changesOf(api, runId, signal)) await print();
  const run = await print();
  const error = run.error === undefined ? '' : `  ${run.error.code}: ${harmless(run.error.message)}`;
  process.stdout.write(`${statusMark(run.status, look)} run ${run.runId} ${run.status}${error}\n`);
  return run;
}

function timeOf({ startedAt = '', endedAt = startedAt }: StepDetails): string {
  return endedAt;
}

function changeLine(ref: string, step: StepDetails, look: TerminalLook): string {
  const { status, durationMs, error } = step;
  const facts = [
    ...(durationMs === undefined ? [] : [durationText(durationMs)]),
    ...(error === undefined ? [] : [`${error.code}: ${error.message}`]),
  ];
  return `${statusMark(status, look)} ${timeOf(step)}  ${harmless([`${ref} ${status}`, ...facts].join('  '))}`;
}

/** Tells that there is something new, once for many events. */
async function* changesOf(api: ApiClient, runId: string, signal: AbortSignal): AsyncGenerator<void> {
  let next = 0;
  for await (const _ of serverEvents(api, `/runs/${runId}/events`, {}, signal)) {
    if (performance.now() < next) continue;
    yield;
    next = performance.now() + LOOK_AGAIN_MS;
  }
}

function printLine(value: unknown): void {
  process.stdout.write(`${stringifyJson(value)}\n`);
}
