import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '@backplane/sdk';
import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { ConnectionKey, HeldConnection } from './connection-record.ts';
import type { ConnectionStore } from './connection-store.ts';
import type { Footing, ProviderTable } from './provider-table.ts';
import { renewalGrant } from './renewal-grant.ts';
import { askForToken, type Refusal, type TokenEndpointOptions } from './token-endpoint.ts';

export interface TokenKeeperOptions extends TokenEndpointOptions {
  readonly store: ConnectionStore;
  readonly providers: ProviderTable;
  readonly log: Log;
}

/** A token that is good for at least a minute, as far as its provider said. */
export interface FreshToken {
  readonly value: string;
  readonly connection: HeldConnection;
  readonly footing: Footing;
}

/** Sooner than that a token counts as ended: a call with it may take a while. */
const MARGIN_MS = 60_000;
/** Sooner than that it is renewed beside the work that uses the old one. */
const EARLY_MS = 300_000;
/** Longer than the token endpoint may take: after it another host may try. */
const LEASE_MS = 30_000;
const LOOK_MS = 100;
/** For so long a token is used without looking whether the connection still stands. */
const REMEMBER_MS = 5_000;
/** A provider that failed is not asked again for every call. */
const REST_MS = 10_000;

/** OAuth errors after which only a person can help. */
const FINAL = new Set([
  'invalid_grant',
  'unauthorized_client',
  'invalid_client',
  'access_denied',
  'bad_refresh_token',
  'token_revoked',
  'invalid_refresh_token',
]);

/** Gives tokens that work. However many ask, on however many hosts: one of them refreshes. */
export class TokenKeeper {
  readonly #options: TokenKeeperOptions;
  readonly #remembered = new Map<string, { readonly until: number; readonly token: FreshToken }>();
  readonly #refreshing = new Map<string, Promise<HeldConnection>>();
  readonly #resting = new Map<string, { readonly until: number; readonly error: unknown }>();

  constructor(options: TokenKeeperOptions) {
    this.#options = options;
  }

  /**
   * Undefined: nothing is connected there. Throws CONNECTION_REAUTH_REQUIRED, CONNECTION_TOKEN_REFUSED and what the token endpoint
   * or the network throw.
   */
  async token(key: ConnectionKey): Promise<FreshToken | undefined> {
    const name = JSON.stringify([key.workspace, key.environment, key.provider, key.owner]);
    const known = this.#remembered.get(name);
    if (known !== undefined && known.until > this.#options.now()) return known.token;
    const connection = await this.#options.store.find(key);
    if (connection === undefined) return undefined;
    const token = await this.#fresh(connection);
    if (token === undefined) return undefined;
    const { expiresAt } = token.connection;
    const good = expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) - MARGIN_MS;
    this.#remembered.set(name, { until: Math.min(good, this.#options.now() + REMEMBER_MS), token });
    return token;
  }

  /** The vendor has refused this token: another one, unless somebody has got it already. */
  async replace({ connection }: FreshToken): Promise<FreshToken | undefined> {
    this.forget(connection.id);
    const current = await this.#options.store.get(connection.workspace, connection.id);
    if (current === undefined) return undefined;
    if (current.revision !== connection.revision) return this.#fresh(current);
    return this.#asToken(await this.refresh(current));
  }

  forget(id: string): void {
    for (const [name, { token }] of this.#remembered) if (token.connection.id === id) this.#remembered.delete(name);
    this.#resting.delete(id);
  }

  /** Gets new tokens whatever the old ones are good for. */
  refresh(connection: HeldConnection): Promise<HeldConnection> {
    const known = this.#refreshing.get(connection.id);
    if (known !== undefined) return known;
    const rest = this.#resting.get(connection.id);
    if (rest !== undefined && rest.until > this.#options.now()) return Promise.reject(rest.error);
    const work = this.#refreshOnce(connection)
      .catch((error: unknown) => {
        this.#resting.set(connection.id, { until: this.#options.now() + REST_MS, error });
        throw error;
      })
      .finally(() => this.#refreshing.delete(connection.id));
    this.#refreshing.set(connection.id, work);
    return work;
  }

  async #fresh(connection: HeldConnection): Promise<FreshToken | undefined> {
    const { status, accessToken, expiresAt, reason = 'the provider has ended it', provider } = connection;
    if (status === 'reauth_required') throw raise.CONNECTION_REAUTH_REQUIRED({ provider, why: reason });
    if (accessToken === undefined) {
      return connection.owner === 'service' ? this.#asToken(await this.refresh(connection)) : undefined;
    }
    const left = expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) - this.#options.now();
    if (left <= MARGIN_MS) return this.#asToken(await this.refresh(connection));
    if (left <= EARLY_MS && connection.refreshable) this.#refreshBeside(connection);
    return this.#asToken(connection);
  }

  #refreshBeside(connection: HeldConnection): void {
    this.refresh(connection).catch((error: unknown) => {
      const { id, provider } = connection;
      this.#options.log.warn('a token could not be renewed early', { connection: id, provider, cause: codeOf(error) });
    });
  }

  #asToken(connection: HeldConnection): FreshToken {
    return {
      value: connection.accessToken!,
      connection,
      footing: this.#options.providers.footing(connection),
    };
  }

  async #refreshOnce(connection: HeldConnection): Promise<HeldConnection> {
    const { store, now } = this.#options;
    const until = now() + LEASE_MS;
    let current = connection;
    while (!(await store.beginRefresh(current.id, current.revision, LEASE_MS))) {
      const seen = await store.get(current.workspace, current.id);
      if (seen === undefined) throw raise.CONNECTION_NOT_FOUND({ id: current.id });
      if (seen.revision !== connection.revision) return settled(seen);
      current = seen;
      if (now() > until)
        throw raise.CONNECTION_ANSWER_INVALID({
          provider: current.provider,
          problem: 'another host waits for it too long',
        });
      await pause(LOOK_MS);
    }
    return this.#exchange(current);
  }

  async #exchange(connection: HeldConnection): Promise<HeldConnection> {
    const { store, providers } = this.#options;
    const { id, revision, provider } = connection;
    try {
      if (connection.owner === 'user' && connection.refreshToken === undefined)
        throw await this.#ended(connection, 'its token has ended, and the provider gave none to renew it with');
      const footing = providers.footing(connection);
      const grant = renewalGrant(connection, footing, this.#options.now());
      const { token, refusal } = await askForToken(this.#options, footing.at, footing.client, grant);
      if (refusal !== undefined) throw await this.#refused(connection, refusal);
      const scopes = connection.grantedScopes.length > 0 ? connection.grantedScopes : footing.scopes;
      const kept = await store.keepTokens(id, token, { scopes, revision });
      if (kept !== undefined) return kept;
      const seen = await store.get(connection.workspace, id);
      if (seen === undefined) throw raise.CONNECTION_NOT_FOUND({ id });
      return settled(seen);
    } catch (error) {
      if (codeOf(error) === 'CONNECTION_REAUTH_REQUIRED') throw error;
      // For people who look at it; the next one who needs a token tries again. Without a lease nobody has to wait.
      await store.fail(id, revision, 'error', (error as Error).message).catch(() => undefined);
      this.#options.log.warn('a token could not be renewed', { connection: id, provider, cause: codeOf(error) });
      throw error;
    }
  }

  async #refused(connection: HeldConnection, { error, description }: Refusal): Promise<BackplaneError> {
    const { provider, owner } = connection;
    if (owner === 'user' && FINAL.has(error)) {
      const detail = description === undefined ? '' : ` (${description})`;
      return this.#ended(connection, `${provider} says ${error}${detail}`);
    }
    return raise.CONNECTION_TOKEN_REFUSED({ provider, error, ...(description !== undefined && { description }) });
  }

  /** Only a person can help. */
  async #ended({ id, revision, provider }: HeldConnection, why: string): Promise<BackplaneError> {
    await this.#options.store.fail(id, revision, 'reauth_required', why);
    return raise.CONNECTION_REAUTH_REQUIRED({ provider, why });
  }
}

/** What another one's refresh has led to. */
function settled(connection: HeldConnection): HeldConnection {
  const { status, provider, reason = 'its renewal failed' } = connection;
  if (status === 'connected') return connection;
  if (status === 'reauth_required') throw raise.CONNECTION_REAUTH_REQUIRED({ provider, why: reason });
  throw raise.CONNECTION_ANSWER_INVALID({ provider, problem: reason });
}

function codeOf(error: unknown): string {
  return BackplaneError.is(error) ? error.code : String(error);
}
