import { describe, expect, test, vi } from 'vitest';
import type { AuditEntry } from './audit-log.ts';
import { auditRow, digestOf } from './audit-row.ts';
import { AuditWriter, type DigestedRow } from './audit-writer.ts';

const entry = (more: Partial<AuditEntry> = {}): AuditEntry => ({
  actor: { kind: 'host', name: 'test' },
  action: 'workflow.update',
  outcome: 'done',
  ...more,
});

function recording(append = async (_rows: readonly DigestedRow[]) => {}) {
  const batches: DigestedRow[][] = [];
  const lost: number[] = [];
  const writer = new AuditWriter({
    async append(rows) {
      await append(rows);
      batches.push([...rows]);
    },
    onLost: (entries) => lost.push(entries),
  });
  return { writer, batches, lost };
}

test('entries of one moment share a statement', async () => {
  const { writer, batches } = recording();
  await Promise.all(Array.from({ length: 50 }, () => writer.add(entry())));
  expect(batches.map((rows) => rows.length)).toEqual([50]);
});

test('whoever added an entry hears that it was not stored; the next ones are tried anew', async () => {
  let fails = true;
  const { writer, batches } = recording(async () => {
    if (fails) throw new Error('away');
  });
  await expect(writer.add(entry())).rejects.toThrow('away');
  fails = false;
  await writer.add(entry());
  expect(batches).toHaveLength(1);
});

describe('a flood of denials', () => {
  test('becomes the first of them and one that counts the rest', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { writer, batches } = recording();
      const denied = entry({ outcome: 'denied', details: { scope: 'run:read' }, address: '192.0.2.1' });
      await writer.add(denied);
      await Promise.all(Array.from({ length: 10_000 }, () => writer.add(denied)));
      await writer.add({ ...denied, details: { scope: 'secret:read' } });
      await vi.advanceTimersByTimeAsync(10_000);
      await writer[Symbol.asyncDispose]();
      expect(batches.flat().map(({ details }) => JSON.parse(details))).toEqual([
        { scope: 'run:read' },
        { scope: 'secret:read' },
        { scope: 'run:read', repeated: 10_000 },
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('stays small however many kinds there are, and what was counted is stored at the end', async () => {
    const { writer, batches } = recording();
    for (let i = 0; i < 5_000; i++)
      await writer.add(entry({ outcome: 'denied', actor: undefined, address: `192.0.2.${i}` }));
    await writer[Symbol.asyncDispose]();
    const rows = batches.flat();
    expect(rows.length).toBeLessThanOrEqual(1_003);
    const counted = rows.reduce((sum, { details }) => sum + (JSON.parse(details).repeated ?? 1), 0);
    expect(counted).toBe(5_000);
  });

  test('changes are never counted together', async () => {
    const { writer, batches } = recording();
    await Promise.all(Array.from({ length: 20 }, () => writer.add(entry())));
    expect(batches.flat()).toHaveLength(20);
  });
});

test('every text of a row changes its digest, and what Postgres cannot store is taken out', () => {
  const row = auditRow(entry({ address: 'a\0b\ud800', details: { note: 'x\0y', big: 'z'.repeat(9_000) } }), 0);
  expect(row.address).toBe('ab\ufffd');
  expect(JSON.parse(row.details)).toEqual({ cut: expect.any(Number) });
  for (const key of Object.keys(row) as (keyof typeof row)[])
    expect([key, digestOf({ ...row, [key]: `${row[key]}!` }) === digestOf(row)]).toEqual([key, false]);
});
