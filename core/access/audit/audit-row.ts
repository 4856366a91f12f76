import { createHash } from 'node:crypto';
import { actorName } from '../actor.ts';
import type { AuditEntry } from './audit-log.ts';

/** An entry as it is stored: plain texts, absent ones null. What `digest` is made of, in this order. */
export interface AuditRow {
  readonly at: string;
  readonly actorKind: string | null;
  readonly actorId: string | null;
  readonly actorName: string | null;
  readonly action: string;
  readonly outcome: string;
  readonly organization: string | null;
  readonly workspace: string | null;
  readonly resourceType: string | null;
  readonly resourceId: string | null;
  /** JSON. */
  readonly details: string;
  readonly address: string | null;
  readonly correlationId: string | null;
}

const LONGEST_TEXT = 1_000;
const LONGEST_DETAILS = 8_000;

export function auditRow(entry: AuditEntry, at: number): AuditRow {
  const { actor, action, outcome, place, resource, address, correlationId } = entry;
  return {
    at: new Date(at).toISOString(),
    actorKind: actor?.kind ?? null,
    actorId: actor === undefined || actor.kind === 'host' ? null : text(actor.id),
    actorName: actor === undefined ? null : text(actorName(actor)),
    action: text(action)!,
    outcome,
    organization: text(place?.organization),
    workspace: text(place?.workspace),
    resourceType: text(resource?.type),
    resourceId: text(resource?.id),
    details: detailsOf(entry),
    address: text(address),
    correlationId: text(correlationId),
  };
}

function detailsOf({ actor, details = {} }: AuditEntry): string {
  const key = actor?.kind === 'host' ? undefined : actor?.key;
  const all = { ...details, ...(key !== undefined && { key: { id: key.id, name: key.name } }) };
  const json = storable(JSON.stringify(all));
  return json.length <= LONGEST_DETAILS ? json : JSON.stringify({ cut: json.length });
}

function text(value: string | undefined): string | null {
  return value === undefined ? null : storable(value).slice(0, LONGEST_TEXT).toWellFormed();
}

/** Postgres takes no NUL and no half of a character. */
const storable = (value: string) => value.replaceAll('\0', '').replaceAll('\\u0000', '').toWellFormed();

/** Hex. Changes with every text of the row. */
export function digestOf(row: AuditRow): string {
  const content = [
    row.at,
    row.actorKind,
    row.actorId,
    row.actorName,
    row.action,
    row.outcome,
    row.organization,
    row.workspace,
    row.resourceType,
    row.resourceId,
    row.details,
    row.address,
    row.correlationId,
  ];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
