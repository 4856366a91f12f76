import type { Http, Log, OAuthProviderSpec } from '@backplane/sdk';
import type { DataSource } from 'typeorm';
import { raise } from '../../errors/catalogue.ts';
import type { Cipher } from '../cipher.ts';
import { createAuthorizationStore } from './authorization-store.ts';
import type { ConnectionKey, ConnectionRecord, HeldConnection } from './connection-record.ts';
import { type ConnectionChange, createConnectionStore } from './connection-store.ts';
import {
  type BegunConsent,
  beginConsent,
  type ConsentAnswer,
  type ConsentOptions,
  type ConsentRequest,
  completeConsent,
} from './consent.ts';
import { beginDevice, type DeviceCode, type DevicePoll, pollDevice } from './device-consent.ts';
import { type HostClients, ProviderTable } from './provider-table.ts';
import { revokeToken } from './token-endpoint.ts';
import { type FreshToken, TokenKeeper } from './token-keeper.ts';

export interface ConnectionsOptions {
  readonly source: DataSource;
  readonly cipher: Cipher;
  readonly http: Http;
  readonly log: Log;
  /** Those that there are at this moment. */
  readonly providers: () => readonly OAuthProviderSpec[];
  readonly clients: HostClients;
  readonly now?: () => number;
}

/** Everything that Backplane is connected to by OAuth. */
export interface Connections {
  readonly providers: ProviderTable;
  list(workspace: string): Promise<readonly ConnectionRecord[]>;
  /** Throws CONNECTION_NOT_FOUND. */
  get(workspace: string, id: string): Promise<HeldConnection>;
  /** Makes a connection ready to be made, or changes what it stands on. Throws what {@link ProviderTable.footing} throws. */
  configure(key: ConnectionKey, change: ConnectionChange, actor: string): Promise<HeldConnection>;
  begin(connection: HeldConnection, request: ConsentRequest): Promise<BegunConsent>;
  complete(answer: ConsentAnswer): Promise<{ readonly connection: HeldConnection; readonly returnTo?: string }>;
  beginDevice(connection: HeldConnection): Promise<DeviceCode>;
  pollDevice(connection: HeldConnection, deviceCode: string): Promise<DevicePoll>;
  /** Of a connection that works; undefined where there is none. Throws as {@link TokenKeeper.token} does. */
  token(key: ConnectionKey): Promise<FreshToken | undefined>;
  /** After the vendor has refused it. */
  replace(token: FreshToken): Promise<FreshToken | undefined>;
  refresh(workspace: string, id: string): Promise<HeldConnection>;
  /** Revokes the tokens at the provider as far as it takes that, and forgets all of it. False: the provider was not told. */
  delete(workspace: string, id: string): Promise<{ readonly revoked: boolean }>;
}

export function createConnections(options: ConnectionsOptions): Connections {
  const { source, cipher, http, log, now = Date.now } = options;
  const providers = new ProviderTable(options.providers, options.clients);
  const store = createConnectionStore(source, cipher);
  const keeper = new TokenKeeper({ http, now, store, providers, log });
  const consent: ConsentOptions = { http, now, store, providers, pending: createAuthorizationStore(source, cipher) };
  const get = async (workspace: string, id: string) => {
    const found = await store.get(workspace, id);
    if (found === undefined) throw raise.CONNECTION_NOT_FOUND({ id });
    return found;
  };
  return {
    providers,
    list: (workspace) => store.list(workspace),
    get,
    async configure(key, change, actor) {
      checkFooting(providers, key, change, await store.find(key), actor);
      const connection = await store.configure(key, change, actor);
      keeper.forget(connection.id);
      return connection;
    },
    begin: (connection, request) => beginConsent(consent, connection, request),
    async complete(answer) {
      const { connection, pending } = await completeConsent(consent, answer);
      keeper.forget(connection.id);
      return { connection, ...(pending.returnTo !== undefined && { returnTo: pending.returnTo }) };
    },
    beginDevice: (connection) => beginDevice(consent, connection),
    async pollDevice(connection, deviceCode) {
      const answer = await pollDevice(consent, connection, deviceCode);
      if ('connection' in answer) keeper.forget(answer.connection.id);
      return answer;
    },
    token: (key) => keeper.token(key),
    replace: (token) => keeper.replace(token),
    async refresh(workspace, id) {
      keeper.forget(id);
      return keeper.refresh(await get(workspace, id));
    },
    async delete(workspace, id) {
      const connection = await get(workspace, id);
      await store.delete(workspace, id);
      keeper.forget(id);
      return { revoked: await revoke(consent, connection) };
    },
  };
}

/** Nothing is stored that could not be used: asked of a connection as it would be. */
function checkFooting(
  providers: ProviderTable,
  key: ConnectionKey,
  { settings, scopes, client }: ConnectionChange,
  before: HeldConnection | undefined,
  actor: string,
): void {
  const at = new Date(0).toISOString();
  const base: HeldConnection = before ?? {
    ...key,
    id: '',
    status: 'configured',
    settings: {},
    scopes: null,
    grantedScopes: [],
    refreshable: false,
    createdBy: actor,
    createdAt: at,
    updatedAt: at,
    extras: {},
    revision: 0,
  };
  providers.footing({
    ...base,
    ...(settings !== undefined && { settings }),
    ...(scopes !== undefined && { scopes }),
    ...(client !== undefined && { clientId: client.id }),
  });
}

/** The refresh token ends what hangs on it at most providers; the access token is told all the same. */
async function revoke(consent: ConsentOptions, connection: HeldConnection): Promise<boolean> {
  const { accessToken, refreshToken } = connection;
  if (accessToken === undefined && refreshToken === undefined) return false;
  const footing = footingOf(consent.providers, connection);
  if (footing === undefined) return false;
  const { at, client } = footing;
  const told = [
    refreshToken === undefined ? true : await revokeToken(consent, at, client, refreshToken, 'refresh_token'),
    accessToken === undefined ? true : await revokeToken(consent, at, client, accessToken, 'access_token'),
  ];
  return told.every((one) => one);
}

/** The plugin of the provider may be gone: then nobody can be told, and the tokens are forgotten all the same. */
function footingOf(providers: ProviderTable, connection: HeldConnection) {
  try {
    return providers.footing(connection);
  } catch {
    return undefined;
  }
}
