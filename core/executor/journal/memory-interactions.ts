import { fromInteractionCursor, toInteractionCursor } from './interaction-cursor.ts';
import {
  closedWithRun,
  type InteractionQuery,
  type InteractionRow,
  type StoredInteraction,
  type StoredInteractionPage,
} from './interaction-row.ts';
import type { StoredRun } from './journal.ts';

/** What steps ask, for runs without a server. */
export class MemoryInteractions {
  readonly #rows = new Map<string, StoredInteraction>();
  readonly #runOf: (runId: string) => StoredRun;

  constructor(runOf: (runId: string) => StoredRun) {
    this.#runOf = runOf;
  }

  write({ runId, workspace, workflow }: StoredRun, row: InteractionRow): void {
    this.#rows.set(row.id, { ...row, runId, workspace, workflow });
  }

  /** The run is gone. */
  forget(runId: string): void {
    for (const [id, row] of this.#rows) if (row.runId === runId) this.#rows.delete(id);
  }

  get(id: string): StoredInteraction | undefined {
    const row = this.#rows.get(id);
    return row === undefined ? undefined : closedWithRun(row, this.#runOf(row.runId));
  }

  list({ status, workspace, workflow, approverGroup, limit, cursor }: InteractionQuery): StoredInteractionPage {
    const after = cursor === undefined ? undefined : fromInteractionCursor(cursor);
    const fitting = [...this.#rows.keys()]
      .map((id) => this.get(id)!)
      .filter((row) => status === undefined || (row.status === 'open') === (status === 'open'))
      .filter((row) => workspace === undefined || row.workspace === workspace)
      .filter((row) => workflow === undefined || row.workflow === workflow)
      .filter((row) => approverGroup === undefined || row.approverGroups.includes(approverGroup))
      .toSorted(newestFirst)
      .filter((row) => after === undefined || newestFirst(row, after) > 0);
    const items = fitting.slice(0, limit);
    return fitting.length > limit ? { items, nextCursor: toInteractionCursor(items.at(-1)!) } : { items };
  }
}

type Place = Pick<StoredInteraction, 'openedAt' | 'id'>;

function newestFirst(a: Place, b: Place): number {
  return b.openedAt - a.openedAt || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}
