import { userInfo } from 'node:os';
import type { SourceOutcome } from '../../../plugins/operations/source-operations.ts';
import { type ApiAddress, createApiClient } from '../../api-client.ts';
import { EXIT } from '../../exit-code.ts';
import { printErrorRecord, printJson } from '../../output.ts';
import { harmless } from '../../terminal-look.ts';
import { diffLines } from './diff-text.ts';
import { outcomeLines, sourceLines, sourceText } from './source-text.ts';

interface OnHost extends ApiAddress {
  readonly json?: boolean;
}

interface Asking extends OnHost {
  readonly by?: string;
}

/** What authors wrote into a repository must not move the cursor of somebody's terminal. */
const say = (lines: readonly string[]) => process.stdout.write(`${lines.map(harmless).join('\n')}\n`);
const path = (id: string, rest = '') => `/sources/${encodeURIComponent(id)}${rest}`;
const nameOf = ({ by }: Asking) => by ?? userInfo().username;

/** `backplane source list`: every Git source, what is in use and what waits. */
export async function listSources(options: OnHost): Promise<void> {
  const answer = await createApiClient(options).send('GET', '/sources');
  if (options.json) return printJson(answer);
  say(
    answer.items.length === 0
      ? ['There are no sources: name one under `sources` in config/plugins.yaml.']
      : sourceLines(answer.items),
  );
}

/** `backplane source show SOURCE`. */
export async function showSource(id: string, options: OnHost): Promise<void> {
  const source = await createApiClient(options).send('GET', path(id));
  if (options.json) return printJson(source);
  say(sourceText(source));
  if (source.error !== undefined) printErrorRecord(source.error);
}

/** `backplane source sync SOURCE`: asks the Git server now. */
export async function syncSource(id: string, options: OnHost): Promise<void> {
  report(await createApiClient(options).send('POST', path(id, '/sync')), options);
}

/** `backplane source diff SOURCE [COMMIT]`: what a commit would change. */
export async function diffSource(
  id: string,
  commit: string | undefined,
  options: OnHost & { readonly from?: string },
): Promise<void> {
  const query = { to: commit, from: options.from };
  const diff = await createApiClient(options).send('GET', path(id, '/diff'), { query });
  if (options.json) return printJson(diff);
  say(diffLines(diff));
}

/** `backplane source promote SOURCE [COMMIT]`: puts a commit in use. */
export async function promoteSource(id: string, commit: string | undefined, options: Asking): Promise<void> {
  const body = { by: nameOf(options), ...(commit !== undefined && { commit }) };
  report(await createApiClient(options).send('POST', path(id, '/promote'), { body }), options);
}

/** `backplane source rollback SOURCE`: back to the commit before. */
export async function rollbackSource(id: string, options: Asking): Promise<void> {
  report(
    await createApiClient(options).send('POST', path(id, '/rollback'), { body: { by: nameOf(options) } }),
    options,
  );
}

function report(outcome: SourceOutcome, { json }: OnHost): void {
  const { changes } = outcome;
  if (changes.some(({ outcome: became }) => became === 'failed' || became === 'kept')) process.exitCode = EXIT.failed;
  if (json) {
    printJson(outcome);
    return;
  }
  say(outcomeLines(outcome));
  for (const { error } of changes) if (error !== undefined) printErrorRecord(error);
}
