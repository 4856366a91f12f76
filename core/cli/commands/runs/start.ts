import { raise } from '../../../errors/catalogue.ts';
import type { RunDetails } from '../../../executor/history/run-details.ts';
import { type ApiAddress, type ApiClient, createApiClient } from '../../api-client.ts';
import { inputArgument } from '../../argument.ts';
import { EXIT } from '../../exit-code.ts';
import { printErrorRecord, printJson } from '../../output.ts';
import { serverEvents } from '../../server-events.ts';
import { fullRunId } from './run-id.ts';

export interface StartOptions extends ApiAddress {
  readonly input?: string;
  readonly environment?: string;
  readonly idempotencyKey?: string;
  readonly wait?: boolean;
  readonly json?: boolean;
}

export interface RepeatOptions extends StartOptions {
  readonly latest?: boolean;
  readonly reason?: string;
}

/** `backplane runs start WORKFLOW`: prints the id of the run, or with `--wait` what it gives. */
export async function startWorkflow(workflow: string, options: StartOptions): Promise<void> {
  const api = createApiClient(options);
  const { runId } = await api.send('POST', `/workflows/${encodeURIComponent(workflow)}/runs`, {
    query: { environment: options.environment },
    body: { input: inputArgument(options.input) },
    headers: keyed(options),
  });
  await report(api, runId, options);
}

/** `backplane runs retry|replay ID`, `backplane runs rerun-from ID REF`: a new run that repeats an earlier one. */
export async function repeatRun(
  how: 'retry' | 'replay' | 'rerun-from',
  given: string,
  options: RepeatOptions,
  ref?: string,
): Promise<void> {
  const api = createApiClient(options);
  const id = await fullRunId(api, given);
  const { runId } = await api.send(
    'POST',
    `/runs/${id}/${how}${ref === undefined ? '' : `/${encodeURIComponent(ref)}`}`,
    {
      body: {
        ...(options.input !== undefined && { input: inputArgument(options.input) }),
        ...(options.latest === true && { version: 'latest' }),
        ...(options.reason !== undefined && { reason: options.reason }),
      },
      headers: keyed(options),
    },
  );
  await report(api, runId, options);
}

function keyed({ idempotencyKey }: StartOptions): Record<string, string> {
  if (idempotencyKey === undefined) return {};
  if (!/^[\x20-\x7e]{1,255}$/.test(idempotencyKey)) {
    throw raise.USAGE({ message: '--idempotency-key: expected 1 to 255 characters of ASCII that can be printed.' });
  }
  return { 'idempotency-key': idempotencyKey };
}

async function report(api: ApiClient, runId: string, { wait, json }: StartOptions): Promise<void> {
  if (wait !== true) {
    if (json) printJson({ runId });
    else process.stdout.write(`${runId}\n`);
    return;
  }
  const run = await untilEnded(api, runId);
  if (json) printJson(run);
  else if (run.status === 'completed') printJson(run.result ?? null);
  else if (run.error !== undefined) printErrorRecord(run.error);
  if (!json && run.status !== 'completed') process.stderr.write(`  run ${runId} ${run.status}\n`);
  if (run.status !== 'completed') process.exitCode = EXIT.failed;
}

/** Ctrl-C ends the waiting, not the run. */
async function untilEnded(api: ApiClient, runId: string): Promise<RunDetails> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  for await (const _ of serverEvents(api, `/runs/${runId}/events`, {}, interrupted.signal));
  return api.send('GET', `/runs/${runId}`);
}
