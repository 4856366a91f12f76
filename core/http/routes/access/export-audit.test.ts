import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import type { AuditRecord } from '../../../access/audit/audit-trail.ts';
import { exportAudit } from './export-audit.ts';

const record = (seq: number): AuditRecord => ({
  seq: String(seq),
  at: '2026-01-01T00:00:00.000Z',
  actor: { kind: 'user', name: '=cmd@example.com' },
  action: 'workflow.update',
  outcome: 'done',
  details: { seq },
  hash: 'ab',
});
/** Two pages. */
const trail = {
  list: async (_filter: unknown, { cursor }: { cursor?: string | undefined }) =>
    cursor === undefined ? { items: [record(2)], nextCursor: 'more' } : { items: [record(1)] },
};

async function exported(format: 'ndjson' | 'csv'): Promise<string> {
  let text = '';
  const response = Object.assign(
    new Writable({
      highWaterMark: 1,
      write(chunk, _encoding, done) {
        text += String(chunk);
        setImmediate(done);
      },
    }),
    { setHeader: () => {} },
  );
  const ended = new Promise((resolve) => response.once('finish', resolve));
  await exportAudit(trail, {}, format, response as never, new AbortController().signal);
  await ended;
  return text;
}

test('every page comes, one entry a line, at the pace of the reader', async () => {
  const lines = (await exported('ndjson')).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).seq)).toEqual(['2', '1']);
});

test('in a table no cell is a formula', async () => {
  const lines = (await exported('csv')).trim().split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain(`,'=cmd@example.com,`);
});
