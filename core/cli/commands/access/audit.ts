import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AuditRecord } from '../../../access/audit/audit-trail.ts';
import type { AuditCheck } from '../../../access/audit/verify-chain.ts';
import { raise } from '../../../errors/catalogue.ts';
import { createApiClient } from '../../api-client.ts';
import { printJson } from '../../output.ts';
import { type OnHost, print, say, table } from './on-host.ts';

export interface AuditOptions extends OnHost {
  readonly actor?: string;
  readonly action?: string;
  readonly outcome?: string;
  readonly resource?: string;
  readonly resourceId?: string;
  readonly after?: string;
  readonly before?: string;
  readonly limit?: string;
  readonly cursor?: string;
  readonly format?: string;
  readonly out?: string;
}

const filterOf = ({ actor, action, outcome, resource, resourceId, after, before }: AuditOptions) => ({
  actor,
  action,
  outcome,
  resource,
  resourceId,
  after,
  before,
});

/** `backplane audit list`: who did what, newest first. */
export async function listAudit(options: AuditOptions): Promise<void> {
  const { limit, cursor } = options;
  const page = await createApiClient(options).send('GET', '/audit', { query: { ...filterOf(options), limit, cursor } });
  print(options, page, () => table((page.items as AuditRecord[]).map(columns)));
  if (!options.json && page.nextCursor !== undefined) process.stderr.write(`More: --cursor ${page.nextCursor}\n`);
}

function columns({ seq, at, actor, action, outcome, resource, details }: AuditRecord): string[] {
  const what = resource?.id === undefined ? '' : `${resource.type} ${resource.id}`;
  const times = details['repeated'] === undefined ? '' : ` (${String(details['repeated'])} times)`;
  return [seq, at, outcome, actor?.name ?? '-', action, `${what}${times}`];
}

/** `backplane audit export`: all of it as NDJSON or CSV, to a file or to standard output. */
export async function exportAudit(options: AuditOptions): Promise<void> {
  const query = { ...filterOf(options), format: options.format };
  const response = await createApiClient(options).open('GET', '/audit/export', { query });
  if (response.body === null) return;
  const target = options.out === undefined ? process.stdout : createWriteStream(options.out);
  await pipeline(Readable.fromWeb(response.body as never), target, { end: options.out !== undefined });
}

/** `backplane audit verify`: fails with the first row that is not as it was written. */
export async function verifyAudit(options: OnHost): Promise<void> {
  const { rows, head, broken }: AuditCheck = await createApiClient(options).send('GET', '/audit/verify');
  if (broken !== undefined) throw raise.AUDIT_CHAIN_BROKEN(broken);
  if (options.json) return printJson({ rows, head });
  say(`All ${rows} rows are as they were written. The last one is ${head.seq}, hash ${head.hash || 'none'}.`);
}
