import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../../errors/catalogue.ts';
import type { RunDetails } from '../../../executor/history/run-details.ts';
import { type ApiAddress, type ApiClient, createApiClient } from '../../api-client.ts';
import { printJson } from '../../output.ts';
import { terminalLook } from '../../terminal-look.ts';
import { type RunTree, readRunTree } from '../../timeline/run-tree.ts';
import { runView } from '../../timeline/run-view.ts';
import { fullRunId } from './run-id.ts';
import { stepView } from './step-view.ts';
import { workflowNames } from './workflow-names.ts';

export interface ShowOptions extends ApiAddress {
  readonly step?: string;
  readonly json?: boolean;
}

/** `backplane runs show ID`: its timeline; with `--step` all that is known of one step. */
export async function showRun(given: string, options: ShowOptions): Promise<void> {
  const api = createApiClient(options);
  const runId = await fullRunId(api, given);
  if (options.step !== undefined) return showStep(api, runId, options.step, options.json === true ? 'json' : 'text');
  if (options.json) return printJson(await api.send('GET', `/runs/${runId}`));
  const nameOf = await workflowNames(api);
  const tree = await runTree(api, runId);
  const lines = runView(tree, terminalLook(process.stdout), Date.now(), nameOf(tree.run.workflow));
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** The run with those that it started. Throws RUN_NOT_FOUND. */
export async function runTree(api: ApiClient, runId: string): Promise<RunTree> {
  const tree = await readRunTree(runId, async (id) => {
    try {
      return (await api.send('GET', `/runs/${id}`)) as RunDetails;
    } catch (error) {
      // A run that another one has started may be gone before it.
      if (id !== runId && BackplaneError.is(error) && error.code === 'RUN_NOT_FOUND') return undefined;
      throw error;
    }
  });
  if (tree === undefined) throw raise.RUN_NOT_FOUND({ runId });
  return tree;
}

async function showStep(api: ApiClient, runId: string, ref: string, form: 'json' | 'text'): Promise<void> {
  const run = (await api.send('GET', `/runs/${runId}`, { query: { steps: ref, attempts: 200 } })) as RunDetails;
  const step = run.steps[ref];
  if (step === undefined) throw raise.USAGE({ message: `--step: the run has no step \`${ref}\`.` });
  const inStreams = Object.entries(run.streams ?? {}).flatMap(([id, { steps }]) =>
    steps[ref] === undefined ? [] : [[id, steps[ref]] as const],
  );
  if (form === 'json') {
    printJson({ ref, ...step, ...(inStreams.length > 0 && { inStreams: Object.fromEntries(inStreams) }) });
    return;
  }
  const look = terminalLook(process.stdout);
  const parts = [stepView(ref, step, look), ...inStreams.map(([id, own]) => stepView(`${id}/${ref}`, own, look))];
  process.stdout.write(`${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`);
}
