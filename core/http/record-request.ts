import { setTimeout as pause } from 'node:timers/promises';
import type { Request } from 'express';
import type { AuditEntry, AuditLog } from '../access/audit/audit-log.ts';
import { toErrorRecord } from '../errors/to-record.ts';
import { currentCorrelationId } from '../telemetry/correlation.ts';
import type { Logger } from '../telemetry/logger.ts';
import { auditAction, singular } from './audit-action.ts';
import type { Caller } from './caller.ts';
import { clientAddress } from './client-address.ts';
import type { Answer, Route } from './route.ts';

const STORAGE_AWAY = 'STORAGE_UNAVAILABLE';
const PATIENCE_MS = 30_000;

export interface Recording {
  readonly audit: AuditLog;
  readonly log: Logger;
  readonly trustProxy: boolean;
}

export interface Recorded {
  readonly route: Pick<Route, 'method' | 'path' | 'audit'>;
  readonly caller: Caller;
  readonly request: Request;
}

/** Nothing that could be read was asked for: a change was not even tried. */
const UNREADABLE = new Set([
  'HTTP_INVALID_REQUEST',
  'HTTP_BODY_SYNTAX',
  'HTTP_BODY_TOO_LARGE',
  'HTTP_MEDIA_TYPE',
  'INPUT_TOO_DEEP',
]);

/**
 * Does what a request asks for and records it: every change, whether it was made or failed, before the answer leaves; and every denial,
 * of a change or not. Bodies never get into the log.
 */
export async function recordRequest(
  { audit, log, trustProxy }: Recording,
  { route, caller, request }: Recorded,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const isChange = route.method !== 'get';
  const entryOf = (outcome: AuditEntry['outcome'], details: AuditEntry['details'], id = idIn(request)): AuditEntry => {
    const address = clientAddress(request, trustProxy);
    const correlationId = currentCorrelationId();
    return {
      actor: caller.actor,
      action: auditAction(route),
      outcome,
      place: caller.place,
      resource: { type: typeOf(route.path), ...(id !== undefined && { id }) },
      details: { method: route.method.toUpperCase(), route: route.path, ...details },
      ...(address !== undefined && { address }),
      ...(correlationId !== undefined && { correlationId }),
    };
  };
  let answer: Answer;
  try {
    answer = await work();
  } catch (error) {
    const { code, status, message } = toErrorRecord(error);
    const isDenied = status === 403 || code === 'WORKSPACE_NOT_FOUND';
    const why = isDenied ? { why: message } : {};
    // The answer says what went wrong with the request, not with the log.
    if (isDenied || (isChange && code !== STORAGE_AWAY))
      await audit
        .add({ ...entryOf(isDenied ? 'denied' : 'failed', { code, ...why }), isNoise: UNREADABLE.has(code) })
        .catch((cause: Error) => {
          log.error('An audit entry was lost', { cause: cause.message });
        });
    throw error;
  }
  if (isChange) await addDone(audit, entryOf('done', {}, idIn(request) ?? idOf(answer)));
  return answer;
}

/** What was done stays done: to answer with an error because the database went away meanwhile would have it done twice. */
async function addDone(audit: AuditLog, entry: AuditEntry): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await audit.add(entry);
    } catch (error) {
      if (toErrorRecord(error).code !== STORAGE_AWAY || performance.now() > until) throw error;
      await pause(250);
    }
  }
}

function idIn({ params }: Request): string | undefined {
  const values = Object.values(params).flat();
  return values.length === 0 ? undefined : values.join('/');
}

/** Of what was made. */
function idOf(answer: Answer): string | undefined {
  const { id, runId } = (answer?.body ?? {}) as { readonly id?: unknown; readonly runId?: unknown };
  const found = id ?? runId;
  return typeof found === 'string' ? found : undefined;
}

/** `/workflows/:id/runs` is about a workflow. */
const typeOf = (path: string) => singular(path.split('/')[1] ?? 'host');
