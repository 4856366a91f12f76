import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { Router } from 'express';
import { call, type Reply } from '../../../../tests/host.fixture.ts';
import { type AccessServices, createAccessServices } from '../../../access/access-services.ts';
import type { Actor, ApiKeyRef, PlatformRole, UserActor } from '../../../access/actor.ts';
import { type AuditTrail, createAuditTrail } from '../../../access/audit/audit-trail.ts';
import { AuditWriter } from '../../../access/audit/audit-writer.ts';
import { createAccess } from '../../../access/create-access.ts';
import { createPlaces } from '../../../access/create-places.ts';
import { PostgresNews } from '../../../access/news/postgres-news.ts';
import type { Authenticator } from '../../../identity/authenticator.ts';
import type { Database } from '../../../storage/database.ts';
import { silentLog } from '../../../storage/silent-log.fixture.ts';
import { embeddedDatabase } from '../../../storage/test-database.fixture.ts';
import { identifyCaller } from '../../identify-caller.ts';
import { mountRoute } from '../../mount-route.ts';
import { problemHandler } from '../../problem.ts';
import { accessRoutes } from './access-routes.ts';

export interface AccessApi extends AsyncDisposable {
  readonly database: Database;
  readonly rights: AccessServices;
  readonly trail: AuditTrail;
  readonly audit: AuditWriter;
  /** A new account; without roles it belongs nowhere. */
  user(name: string, platformRole?: PlatformRole): Promise<UserActor>;
  /** Calls as somebody; absent: as the host. */
  as(actor: Actor | undefined, method: string, path: string, body?: unknown, workspace?: string): Promise<Reply>;
}

const NO_RUNS = { list: async () => ({ items: [] }) };
const HOST: Actor = { kind: 'host', name: 'test' };

/** The routes of rights and of the audit log on a real database, where everybody is who they say they are. */
export async function accessApi(): Promise<AccessApi> {
  await using undo = new AsyncDisposableStack();
  const database = undo.use(await embeddedDatabase());
  const { dataSource, url } = database;
  const decisions = undo.use(
    createAccess({
      source: dataSource,
      log: silentLog,
      openNews: (listener) => new PostgresNews({ url, log: silentLog }, listener),
    }),
  );
  const trail = createAuditTrail(dataSource);
  const audit = undo.use(new AuditWriter({ append: (rows) => trail.append(rows), onLost: () => {} }));
  const rights = createAccessServices(dataSource, decisions);
  const places = createPlaces(dataSource, decisions);
  const log = { ...silentLog, flush: () => Promise.resolve() } as never;
  const named: Authenticator = {
    proof: 'session',
    identify: ({ headers }) => JSON.parse(String(headers['x-test-actor'])) as Actor,
  };
  const router = Router();
  const identify = identifyCaller({ authenticators: [named], places, audit, trustProxy: false });
  router.use(identify);
  const readBody = express.raw({ type: () => true, limit: 100_000 });
  for (const route of accessRoutes({ rights, places, auditTrail: trail, runs: { in: () => NO_RUNS } } as never))
    mountRoute(router, route, { access: decisions, audit, log, trustProxy: false, identify, readBody });
  const server = createServer(express().use('/api', router).use(problemHandler(log)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo.defer(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  const held = undo.move();
  return {
    database,
    rights,
    trail,
    audit,
    async user(name, platformRole = 'basic') {
      const actor: UserActor = { kind: 'user', id: randomUUID(), email: `${name}@example.com`, platformRole };
      await dataSource.query(
        `INSERT INTO user_account (id, email, name, platform_role, status) VALUES ($1, $2, $3, $4, 'active')`,
        [actor.id, actor.email, name, platformRole],
      );
      return actor;
    },
    as: (actor, method, path, body, workspace) =>
      call(`${base}${path}`, method, body, {
        'x-test-actor': JSON.stringify(actor ?? HOST),
        ...(workspace !== undefined && { 'x-backplane-workspace': workspace }),
      }),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** The same person by way of a key. */
export function withKey(actor: UserActor, key: Omit<ApiKeyRef, 'id' | 'name'>): UserActor {
  return { ...actor, key: { id: 'k1', name: 'ci', ...key } };
}
