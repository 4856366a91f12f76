import { z } from 'zod';
import type { Actor } from '../../../access/actor.ts';
import type { AuditFilter } from '../../../access/audit/audit-filter.ts';
import type { Place } from '../../../access/place.ts';
import type { ApiServices } from '../../api-services.ts';
import { defineRoute, type Route } from '../../route.ts';
import { listOf, page } from '../schemas.ts';
import { exportAudit } from './export-audit.ts';

const tag = 'Audit';
const access = { scope: 'audit:read' } as const;
const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const filter = z.object({
  actor: z.string().optional().describe('Id, e-mail address or name, as in the rows.'),
  action: z.string().optional().describe('`workflow.update`, `member.*`.'),
  outcome: z.enum(['done', 'denied', 'failed']).optional(),
  resource: z.string().optional().describe('`workflow`, `role` …'),
  resourceId: z.string().optional(),
  after: moment.optional(),
  before: moment.optional(),
});
const entry = z.looseObject({
  seq: z.string(),
  at: z.iso.datetime(),
  actor: z.object({ kind: z.string(), id: z.string().optional(), name: z.string() }).nullable(),
  action: z.string(),
  outcome: z.enum(['done', 'denied', 'failed']),
  details: z.looseObject({}),
  hash: z.string(),
});

export function auditRoutes({ rights, auditTrail }: Pick<ApiServices, 'rights' | 'auditTrail'>): Route[] {
  /** As far as the right to read it goes: the host, else the organisation, else the workspace of the request. */
  const reach = async (actor: Actor, place: Required<Place>): Promise<AuditFilter> => {
    const isHost = actor.kind === 'host' || (await rights.decisions.can(actor, 'host:read', {})).allowed;
    if (isHost) return {};
    const { organization } = place;
    return (await rights.decisions.can(actor, 'audit:read', { organization })).allowed ? { organization } : place;
  };
  return [
    defineRoute({
      method: 'get',
      path: '/audit',
      access,
      tag,
      summary: 'List who did what and who was kept from what, newest first',
      query: filter.extend({ ...page, limit: page.limit }),
      answers: { 200: { description: 'As far as your role reaches.', schema: listOf(entry) } },
      handle: async ({ query: { limit, cursor, ...wanted }, caller }) => ({
        body: await auditTrail.list({ ...wanted, ...(await reach(caller.actor, caller.place)) }, { limit, cursor }),
      }),
    }),
    defineRoute({
      method: 'get',
      path: '/audit/export',
      access,
      tag,
      summary: 'Export the audit log, newest first',
      query: filter.extend({ format: z.enum(['ndjson', 'csv']).default('ndjson') }),
      answers: { 200: { description: 'One entry a line.', mediaType: 'application/x-ndjson' } },
      handle: async ({ query: { format, ...wanted }, caller, response, signal }) => {
        const all = { ...wanted, ...(await reach(caller.actor, caller.place)) };
        await exportAudit(auditTrail, all, format, response, signal);
        return undefined;
      },
    }),
    defineRoute({
      method: 'get',
      path: '/audit/verify',
      access: { scope: 'host:read', in: 'host' },
      tag,
      summary: 'Read the whole chain of the audit log and say where it was tampered with',
      answers: {
        200: {
          description: '`broken` is absent when every row is as it was written.',
          schema: z.object({
            rows: z.int(),
            head: z.object({ seq: z.string(), hash: z.string() }),
            broken: z.object({ seq: z.string(), problem: z.string() }).optional(),
          }),
        },
      },
      handle: async () => ({ body: await auditTrail.verify() }),
    }),
  ];
}
