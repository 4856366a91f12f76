import { createHash, timingSafeEqual } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { DependencyContainer } from 'tsyringe';
import type { Mailer } from '../identity/mailer.ts';
import { type Identity, openIdentity } from '../identity/open-identity.ts';
import { runAction } from '../registry/run-action.ts';
import type { Foundation } from './foundation.ts';
import { TOKENS } from './tokens.ts';

/** Users, sessions, keys and the ways to sign in, as the configuration has them. */
export async function openSignIn(
  host: DependencyContainer,
  foundation: Foundation,
  baseUrl: () => string,
  undo: AsyncDisposableStack,
): Promise<Identity> {
  const {
    loaded: { config },
    log,
    adminKey,
  } = foundation;
  const http = host.resolve(TOKENS.http);
  const keyValues = host.resolve(TOKENS.keyValues);
  const redis = await sharedLimits(foundation, undo);
  const expected = digest(adminKey.value);
  return undo.use(
    openIdentity({
      config: config.auth,
      database: host.resolve(TOKENS.database),
      keyValues,
      root: config.auth.session.secret ?? (await host.resolve(TOKENS.hostSecrets).get('sessions.key')),
      http,
      redis,
      mailer: config.auth.mailFrom === undefined ? undefined : actionMailer(host, config.auth.mailFrom, log),
      memberships: host.resolve(TOKENS.rights).memberships,
      audit: host.resolve(TOKENS.audit),
      log,
      isSetupKey: (given) => timingSafeEqual(digest(given), expected),
      baseUrl,
    }),
  );
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Whoever needs it does without it while it is away. */
async function sharedLimits(
  { loaded: { config }, log }: Foundation,
  undo: AsyncDisposableStack,
): Promise<Redis | undefined> {
  if (config.redis.url === undefined) return undefined;
  const { openRedis } = await import('../storage/open-redis.ts');
  const redis = openRedis(config.redis.url, log, { enableOfflineQueue: false, commandTimeout: 1_000 });
  undo.defer(() => redis.disconnect());
  return redis;
}

/** Sends with the e-mail plugin, as workflows do. */
function actionMailer(host: DependencyContainer, from: string, log: Foundation['log']): Mailer {
  return {
    async send({ to, subject, text }) {
      await runAction(host.resolve(TOKENS.actions).registry, {
        name: 'core.send_email_smtp',
        input: { sender: from, recipients: [to], subject, body: text },
        secrets: host.resolve(TOKENS.secrets),
        log,
      });
    },
  };
}
