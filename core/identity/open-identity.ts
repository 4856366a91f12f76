import type { Http } from '@backplane/sdk';
import type { Redis } from 'ioredis';
import type { Actor, UserActor } from '../access/actor.ts';
import type { AuditLog } from '../access/audit/audit-log.ts';
import type { MembershipPort } from '../access/membership-port.ts';
import type { AuthConfig } from '../config/auth-config.ts';
import { guardedFetch } from '../network/guarded-fetch.ts';
import type { Database } from '../storage/database.ts';
import type { KeyValueStore } from '../storage/key-value-store.ts';
import { openNotices } from '../storage/notices.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Authenticator } from './authenticator.ts';
import { createDeviceSignIn, type DeviceSignIn } from './device/device-sign-in.ts';
import { type BrowserFlows, createBrowserFlows } from './flow/browser-flow.ts';
import { createSealer, type Sealer } from './flow/sealed-text.ts';
import { type ApiKeys, createApiKeys } from './keys/api-keys.ts';
import { apiKeyAuthenticator, serviceKeyAuthenticator } from './keys/key-authenticators.ts';
import type { Mailer } from './mailer.ts';
import { createLogoutTokens, type LogoutTokens } from './oidc/logout-token.ts';
import { createOidcProvider, type OidcProvider } from './oidc/oidc-provider.ts';
import { createAttempts } from './passwords/attempts.ts';
import { openPasswords, type Passwords } from './passwords/open-passwords.ts';
import { createProofCache } from './proof-cache.ts';
import { createSamlProvider, type SamlProvider } from './saml/saml-provider.ts';
import { createTickets, type Tickets } from './saml/tickets.ts';
import { cookieName } from './sessions/cookie.ts';
import { sessionAuthenticator } from './sessions/session-authenticator.ts';
import { createSessionKeys, type SessionKeys } from './sessions/session-keys.ts';
import { createSessions, type Sessions } from './sessions/sessions.ts';
import { createUserStore, type UserStore } from './users/user-store.ts';

/** Everything about who people and machines are. */
export interface Identity extends Disposable {
  readonly users: UserStore;
  readonly sessions: Sessions;
  readonly sessionKeys: SessionKeys;
  readonly keys: ApiKeys;
  readonly passwords: Passwords;
  /** By id; only those of ways that are open. */
  readonly oidc: ReadonlyMap<string, OidcProvider>;
  readonly saml: ReadonlyMap<string, SamlProvider>;
  readonly flows: BrowserFlows;
  /** Commands that are signed in by a browser. */
  readonly devices: DeviceSignIn;
  readonly logoutTokens: LogoutTokens;
  readonly tickets: Tickets;
  readonly sealer: Sealer;
  readonly memberships: MembershipPort;
  readonly audit: AuditLog;
  /** In the order in which they are tried: API key, service key, session. */
  readonly authenticators: readonly Authenticator[];
  readonly config: AuthConfig;
  baseUrl(): string;
  /** Whether people reach this host over https, as its address says. */
  isSecure(): boolean;
}

export interface IdentityOptions {
  readonly config: AuthConfig;
  readonly database: Database;
  readonly keyValues: KeyValueStore;
  /** What the keys of sessions are derived from; the same on every host. */
  readonly root: string;
  /** Requests to providers go through it. */
  readonly http: Http;
  readonly redis?: Redis | undefined;
  readonly mailer?: Mailer | undefined;
  readonly memberships: MembershipPort;
  readonly audit: AuditLog;
  readonly log: Logger;
  isSetupKey(given: string): boolean;
  /** Where people reach this host; never taken from a request. */
  baseUrl(): string;
}

export const SESSION_COOKIE = 'backplane';

export function openIdentity(options: IdentityOptions): Identity {
  const { config, database, keyValues, http, memberships, audit, baseUrl } = options;
  const source = database.dataSource;
  const proofs = { sessions: createProofCache<UserActor>(hears), keys: createProofCache<Actor>(hears) };
  const notices = openNotices({
    url: database.url,
    channel: 'backplane_identity',
    onNotice: (about) => Object.values(proofs).forEach((cache) => void cache.forget(about)),
    onGap: () => Object.values(proofs).forEach((cache) => void cache.clear()),
  });
  function hears(): boolean {
    return notices.listening;
  }
  const { days } = config.session;
  const sessionKeys = createSessionKeys(source, options.root, days);
  const users = createUserStore(source, memberships);
  const sessions = createSessions({ source, keys: sessionKeys, proved: proofs.sessions, lifeDays: days });
  const keys = createApiKeys({ source, proved: proofs.keys });
  const used = keyValues.scope('sign-in');
  const attempts = createAttempts(options.redis === undefined ? {} : { redis: options.redis });
  let sealing: Promise<Uint8Array> | undefined;
  const sealer = createSealer(() => (sealing ??= sessionKeys.derive('sealed texts')));
  // Enough for discovery documents, keys and tokens.
  const fetch = guardedFetch(http, { maxResponseBytes: 1_048_576 });
  const isSecure = () => baseUrl().startsWith('https:');
  const open = <T, P>(type: 'oidc' | 'saml', all: readonly T[], create: (one: T) => P & { config: { id: string } }) =>
    new Map(config.types.includes(type) ? all.map(create).map((made) => [made.config.id, made as P]) : []);
  return {
    users,
    sessions,
    sessionKeys,
    keys,
    passwords: openPasswords({ ...options, attempts, users, sessions }),
    oidc: open('oidc', config.oidc, (one) => createOidcProvider({ config: one, fetch, baseUrl })),
    saml: open('saml', config.saml, (one) => createSamlProvider({ config: one, used, baseUrl })),
    flows: createBrowserFlows(sealer, used),
    devices: createDeviceSignIn(used, attempts),
    logoutTokens: createLogoutTokens(fetch, used),
    tickets: createTickets(used),
    sealer,
    memberships,
    audit,
    authenticators: [
      apiKeyAuthenticator(keys),
      serviceKeyAuthenticator(config.serviceKey),
      sessionAuthenticator({ sessions, cookieName: () => cookieName(SESSION_COOKIE, isSecure()), baseUrl }),
    ],
    config,
    baseUrl,
    isSecure,
    [Symbol.dispose]: () => notices[Symbol.dispose](),
  };
}
