import { isUuid } from '../../storage/uuid-text.ts';
import type { RunStatus } from '../engine.ts';
import type { RunFilter } from '../run-filter.ts';

/** How far the time in a run's id may lie before its start: runs that others ask for carry the time of asking. */
const ID_LAG_MS = 86_400_000;
/** And behind it, should the clock have been set back between the two. */
const ID_LEAD_MS = 60_000;

/** Constants, so that partial indexes apply; never text from outside. */
const STATUS: Readonly<Record<RunStatus, string>> = {
  running: "status = 'running'",
  completed: "status = 'completed'",
  // These share an index, which the planner takes only when it sees both names.
  failed: "status IN ('failed', 'cancelled') AND status = 'failed'",
  cancelled: "status IN ('failed', 'cancelled') AND status = 'cancelled'",
};

/** The filter as conditions of SQL on `run`. Ids begin with the time, so times narrow the range of ids that is read. */
export function runConditions(filter: RunFilter, now: number, bind: (value: unknown) => string): string[] {
  const { workflow, status, triggerType, startedAfter, startedBefore, endedAfter, endedBefore, parent } = filter;
  const conditions: string[] = [];
  if (filter.workspace !== undefined) conditions.push(`workspace = ${bind(filter.workspace)}`);
  if (workflow !== undefined) conditions.push(`workflow = ${bind(workflow)}`);
  if (status !== undefined) conditions.push(STATUS[status]);
  if (triggerType !== undefined) conditions.push(`trigger_type = ${bind(triggerType)}`);
  if (startedAfter !== undefined) {
    conditions.push(`started_at >= ${bind(startedAfter)}`, `id >= ${bind(firstIdAt(startedAfter - ID_LAG_MS))}`);
  }
  if (startedBefore !== undefined) {
    conditions.push(`started_at < ${bind(startedBefore)}`, `id < ${bind(firstIdAt(startedBefore + ID_LEAD_MS))}`);
  }
  if (endedAfter !== undefined) conditions.push(`ended_at >= ${bind(endedAfter)}`);
  if (endedBefore !== undefined) {
    conditions.push(`ended_at < ${bind(endedBefore)}`, `id < ${bind(firstIdAt(endedBefore + ID_LEAD_MS))}`);
  }
  if (filter.longerThanMs !== undefined) {
    conditions.push(`COALESCE(ended_at, ${bind(now)}::bigint) - started_at > ${bind(filter.longerThanMs)}`);
  }
  if (parent !== undefined) conditions.push(isUuid(parent) ? `parent = ${bind(parent)}` : 'false');
  if (filter.q !== undefined) {
    conditions.push(`status IN ('failed', 'cancelled') AND error ~* ${bind(errorPattern(filter.q))}`);
  }
  return conditions;
}

/** Where in the order of ids a moment stands. */
export function firstIdAt(epochMs: number): string {
  const hex = Math.max(0, Math.min(epochMs, 2 ** 48 - 1))
    .toString(16)
    .split('.')[0]!
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** Error records begin with code and message. */
function errorPattern(text: string): string {
  const found = literally(JSON.stringify(text).slice(1, -1));
  return `^\\{"code":"(${found}|[^"]*","message":"([^"\\\\]|\\\\.)*${found})`;
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
