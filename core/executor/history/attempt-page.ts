import { raise } from '../../errors/catalogue.ts';
import type { AttemptRecord } from './attempt-record.ts';
import type { TracedAttempt } from './attempt-trace.ts';
import { attemptRecord } from './step-tally.ts';

export interface AttemptQuery {
  readonly step?: string;
  readonly stream?: string;
  readonly item?: number;
  readonly status?: TracedAttempt['status'];
  readonly limit: number;
  readonly cursor?: string;
}

/** An attempt in a list that goes over steps and streams. */
export interface PlacedAttempt extends AttemptRecord {
  readonly step?: string;
  readonly stream?: string;
}

export interface AttemptPage {
  readonly items: readonly PlacedAttempt[];
  readonly nextCursor?: string;
}

/** The fitting attempts after the cursor, which is how many came before. Throws STORAGE_CURSOR_INVALID. */
export async function attemptPage(attempts: AsyncIterable<TracedAttempt>, query: AttemptQuery): Promise<AttemptPage> {
  const skipped = query.cursor === undefined ? 0 : fromCursor(query.cursor);
  const items: PlacedAttempt[] = [];
  let position = 0;
  for await (const attempt of attempts) {
    if (position++ < skipped || !fits(attempt, query)) continue;
    if (items.length === query.limit) return { items, nextCursor: toCursor(position - 1) };
    const { ref, stream } = attempt;
    items.push({
      ...(ref !== undefined && { step: ref }),
      ...(stream !== undefined && { stream }),
      ...attemptRecord(attempt),
    });
  }
  return { items };
}

function fits(attempt: TracedAttempt, { step, stream, item, status }: AttemptQuery): boolean {
  return (
    (step === undefined || attempt.ref === step) &&
    (stream === undefined || attempt.stream === stream) &&
    (item === undefined || attempt.item === item) &&
    (status === undefined || attempt.status === status)
  );
}

function toCursor(position: number): string {
  return Buffer.from(String(position)).toString('base64url');
}

function fromCursor(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!/^\d{1,12}$/.test(text)) throw raise.STORAGE_CURSOR_INVALID(undefined);
  return Number(text);
}
