import type { RunSummary } from '../../../executor/engine.ts';
import { type ApiAddress, createApiClient } from '../../api-client.ts';
import { printJson } from '../../output.ts';
import { terminalLook } from '../../terminal-look.ts';
import { statusMark } from '../../timeline/draw-timeline.ts';
import { fullRunId } from './run-id.ts';

export interface ControlOptions extends ApiAddress {
  readonly reason?: string;
  readonly json?: boolean;
}

export type Wish = 'cancel' | 'terminate' | 'pause' | 'resume';

/** `backplane runs cancel|terminate|pause|resume ID`. */
export async function controlRun(wish: Wish, given: string, options: ControlOptions): Promise<void> {
  const api = createApiClient(options);
  const runId = await fullRunId(api, given);
  const body = options.reason === undefined ? {} : { reason: options.reason };
  const run: RunSummary = await api.send('POST', `/runs/${runId}/${wish}`, { body });
  if (options.json) return printJson(run);
  process.stdout.write(`${statusMark(run.status, terminalLook(process.stdout))} run ${runId} ${run.status}\n`);
}
