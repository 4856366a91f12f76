import type { DependencyContainer } from 'tsyringe';
import { createAccessServices } from '../access/access-services.ts';
import { AuditRetention } from '../access/audit/audit-retention.ts';
import { AuditStream } from '../access/audit/audit-stream.ts';
import { createAuditTrail } from '../access/audit/audit-trail.ts';
import { AuditWriter } from '../access/audit/audit-writer.ts';
import { createAccess } from '../access/create-access.ts';
import { createPlaces } from '../access/create-places.ts';
import { bothNews } from '../access/news/both-news.ts';
import { PostgresNews } from '../access/news/postgres-news.ts';
import { readKeepTime } from '../language/types/keep-time.ts';
import { DecisionDesk } from '../plugins/decisions/decision-desk.ts';
import type { Foundation } from './foundation.ts';
import { TOKENS } from './tokens.ts';

/** Who may do what, and the record of who did what. `undo` closes all of it. */
export async function openAccess(
  host: DependencyContainer,
  foundation: Foundation,
  undo: AsyncDisposableStack,
): Promise<void> {
  const {
    loaded: { config },
    log,
  } = foundation;
  const { dataSource, url } = host.resolve(TOKENS.database);
  const redis =
    config.redis.url === undefined
      ? undefined
      : { url: config.redis.url, ...(await import('../access/news/redis-news.ts')) };
  const { policy, policyConfig } = config.access;
  const { newcomerRole } = config.auth;
  const desk =
    policy && undo.use(new DecisionDesk(host.resolve(TOKENS.actions).board, { name: policy, config: policyConfig }));
  const decisions = undo.use(
    createAccess({
      source: dataSource,
      log,
      ...(desk && { policy: desk }),
      openNews(listener) {
        const postgres = new PostgresNews({ url, log }, listener);
        if (redis === undefined) return postgres;
        return bothNews(postgres, new redis.RedisNews({ url: redis.url, database: url, log }, listener));
      },
    }),
  );
  host.register(TOKENS.access, { useValue: decisions });
  host.register(TOKENS.places, { useValue: createPlaces(dataSource, decisions) });
  host.register(TOKENS.rights, {
    useValue: createAccessServices(dataSource, decisions, newcomerRole === undefined ? {} : { newcomerRole }),
  });
  openAudit(host, foundation, undo);
}

function openAudit(
  host: DependencyContainer,
  { loaded: { config }, log }: Foundation,
  undo: AsyncDisposableStack,
): void {
  const { dataSource } = host.resolve(TOKENS.database);
  const trail = createAuditTrail(dataSource);
  const writer = undo.use(
    new AuditWriter({
      append: (rows) => trail.append(rows),
      onLost: (entries, cause) => log.error('Audit entries were lost', { entries, cause: cause.message }),
    }),
  );
  host.register(TOKENS.auditTrail, { useValue: trail });
  host.register(TOKENS.audit, { useValue: writer });
  const { keep, webhook } = config.audit;
  const keepMs = readKeepTime(keep)!;
  if (Number.isFinite(keepMs)) undo.use(new AuditRetention({ trail, keepMs, log })).start();
  if (webhook === undefined) return;
  const http = host.resolve(TOKENS.http);
  undo.use(new AuditStream({ webhook, source: dataSource, trail, http, log })).start();
}
