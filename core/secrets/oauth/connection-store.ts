import { randomUUIDv7 } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { raise } from '../../errors/catalogue.ts';
import { withCodedFailures } from '../../storage/coded-failures.ts';
import { isUuid } from '../../storage/uuid-text.ts';
import type { Cipher } from '../cipher.ts';
import type { ConnectionKey, ConnectionRecord, HeldConnection } from './connection-record.ts';
import type { TokenAnswer } from './token-answer.ts';

export interface ConnectionChange {
  readonly settings?: Readonly<Record<string, string>>;
  readonly scopes?: readonly string[] | null;
  readonly client?: { readonly id: string; readonly secret?: string };
}

export interface ConnectionStore {
  list(workspace: string): Promise<readonly ConnectionRecord[]>;
  get(workspace: string, id: string): Promise<HeldConnection | undefined>;
  find(key: ConnectionKey): Promise<HeldConnection | undefined>;
  /** Of whatever workspace: for what proves itself in another way. */
  byId(id: string): Promise<HeldConnection | undefined>;
  /** Makes it when it is not there yet; what is not named stays. */
  configure(key: ConnectionKey, change: ConnectionChange, actor: string): Promise<HeldConnection>;
  /** The tokens of a new consent, or of a refresh: then only if nobody was quicker, which `revision` tells. */
  keepTokens(id: string, token: TokenAnswer, facts: TokenFacts): Promise<HeldConnection | undefined>;
  /** Whose account it is, once that is known. */
  noteAccount(id: string, account: { readonly id: string; readonly label: string }): Promise<void>;
  /** It does not work any more, or not now. */
  fail(id: string, revision: number, status: 'reauth_required' | 'error', reason: string): Promise<void>;
  /** True for one host at a time, until the tokens were kept, it failed, or the time is over. */
  beginRefresh(id: string, revision: number, forMs: number): Promise<boolean>;
  delete(workspace: string, id: string): Promise<boolean>;
}

export interface TokenFacts {
  /** Scopes that were asked for: what is granted when the provider does not say. */
  readonly scopes: readonly string[];
  /** Of the connection as it was before a refresh; absent: a new consent. */
  readonly revision?: number;
}

/** Columns, and what stands encrypted in one of them. */
type RowChange = Readonly<Record<string, unknown>> & { readonly tokens?: Tokens };

interface Row {
  readonly id: string;
  readonly workspace_id: string;
  readonly environment: string;
  readonly provider: string;
  readonly owner: ConnectionRecord['owner'];
  readonly status: ConnectionRecord['status'];
  readonly reason: string | null;
  readonly settings: Record<string, string>;
  readonly scopes: string[] | null;
  readonly granted_scopes: string[];
  readonly client_id: string | null;
  readonly payload: string | null;
  readonly extras: Record<string, string>;
  readonly expires_at: Date | null;
  readonly account_id: string | null;
  readonly account_label: string | null;
  readonly connected_at: Date | null;
  readonly refreshed_at: Date | null;
  readonly revision: number;
  readonly created_by: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** What stands encrypted in a row. */
interface Tokens {
  readonly clientSecret?: string;
  readonly accessToken?: string;
  readonly refreshToken?: string;
}

export function createConnectionStore(source: DataSource, cipher: Cipher): ConnectionStore {
  const rows = (text: string, values: unknown[]): Promise<Row[]> => source.query(text, values);
  const held = (row: Row | undefined) => (row === undefined ? undefined : heldOf(row, cipher));
  /** Changes the row under its lock. Gives it as it then is; undefined when it is gone or `change` wants nothing. */
  const update = (
    id: string,
    change: (row: Row, tokens: Tokens) => RowChange | undefined,
  ): Promise<HeldConnection | undefined> =>
    source.transaction(async (tx) => {
      const [row]: Row[] = await tx.query('SELECT * FROM connection WHERE id = $1 FOR UPDATE', [id]);
      const wanted = row && change(row, tokensOf(row, cipher));
      if (wanted === undefined) return undefined;
      const { tokens, ...columns } = wanted;
      const sealed = tokens && (await cipher.seal(tx, id, { ...tokens }));
      const all = { ...columns, ...(sealed && { payload: sealed.payload, key_id: sealed.keyId }) };
      const sets = Object.keys(all).map((name, index) => `${name} = $${index + 2}`);
      const [[changed]] = await tx.query(
        `UPDATE connection SET ${[...sets, 'updated_at = now()'].join(', ')} WHERE id = $1 RETURNING *`,
        [id, ...Object.values(all)],
      );
      return heldOf(changed as Row, cipher);
    });
  return withCodedFailures<ConnectionStore>({
    async list(workspace) {
      const found = await rows(
        'SELECT * FROM connection WHERE workspace_id = $1 ORDER BY provider, environment, owner',
        [workspace],
      );
      return found.map((row) => heldOf(row, cipher)).map((connection) => recordOf(connection));
    },
    async get(workspace, id) {
      if (!isUuid(id)) return undefined;
      const [row] = await rows('SELECT * FROM connection WHERE id = $1 AND workspace_id = $2', [id, workspace]);
      return held(row);
    },
    async byId(id) {
      const [row] = await rows('SELECT * FROM connection WHERE id = $1', [id]);
      return held(row);
    },
    async find({ workspace, environment, provider, owner }) {
      const [row] = await rows(
        'SELECT * FROM connection WHERE workspace_id = $1 AND environment = $2 AND provider = $3 AND owner = $4',
        [workspace, environment, provider, owner],
      );
      return held(row);
    },
    async configure({ workspace, environment, provider, owner }, { settings, scopes, client }, actor) {
      await rows(
        `INSERT INTO connection (id, workspace_id, environment, provider, owner, status, created_by)
         VALUES ($1, $2, $3, $4, $5, 'configured', $6) ON CONFLICT ON CONSTRAINT connection_key DO NOTHING`,
        [randomUUIDv7(), workspace, environment, provider, owner, actor],
      );
      const [{ id }] = (await rows(
        'SELECT * FROM connection WHERE workspace_id = $1 AND environment = $2 AND provider = $3 AND owner = $4',
        [workspace, environment, provider, owner],
      )) as [Row];
      const connection = await update(id, (_row, { clientSecret: _, ...tokens }) => ({
        ...(settings !== undefined && { settings: JSON.stringify(settings) }),
        ...(scopes !== undefined && { scopes: scopes === null ? null : JSON.stringify(scopes) }),
        ...(client !== undefined && {
          client_id: client.id,
          tokens: { ...tokens, ...(client.secret !== undefined && { clientSecret: client.secret }) },
        }),
      }));
      if (connection === undefined) throw raise.CONNECTION_NOT_FOUND({ id });
      return connection;
    },
    keepTokens: (id, token, { scopes, revision }) =>
      update(id, (row, { clientSecret, refreshToken: before }) => {
        if (revision !== undefined && row.revision !== revision) return undefined;
        const isRenewal = revision !== undefined;
        const refreshToken = token.refreshToken ?? (isRenewal ? before : undefined);
        return {
          status: 'connected',
          reason: null,
          tokens: {
            accessToken: token.accessToken,
            ...(clientSecret !== undefined && { clientSecret }),
            ...(refreshToken !== undefined && { refreshToken }),
          },
          expires_at: token.expiresAt === undefined ? null : new Date(token.expiresAt),
          granted_scopes: JSON.stringify(token.scopes ?? scopes),
          extras: JSON.stringify(isRenewal ? { ...row.extras, ...token.extras } : token.extras),
          ...(!isRenewal && { account_id: null, account_label: null, connected_at: new Date() }),
          refreshed_at: new Date(),
          refreshing_until: null,
          revision: row.revision + 1,
        };
      }),
    async noteAccount(id, account) {
      await source.query('UPDATE connection SET account_id = $2, account_label = $3 WHERE id = $1', [
        id,
        account.id,
        account.label,
      ]);
    },
    async fail(id, revision, status, reason) {
      await source.query(
        `UPDATE connection SET status = $3, reason = $4, refreshing_until = NULL, revision = revision + 1, updated_at = now()
         WHERE id = $1 AND revision = $2`,
        [id, revision, status, reason],
      );
    },
    async beginRefresh(id, revision, forMs) {
      const [found] = await source.query(
        `UPDATE connection SET refreshing_until = now() + $3 * interval '1 millisecond'
         WHERE id = $1 AND revision = $2 AND (refreshing_until IS NULL OR refreshing_until < now()) RETURNING id`,
        [id, revision, forMs],
      );
      return (found as unknown[]).length > 0;
    },
    async delete(workspace, id) {
      const [gone] = await source.query('DELETE FROM connection WHERE id = $1 AND workspace_id = $2 RETURNING id', [
        id,
        workspace,
      ]);
      return (gone as unknown[]).length > 0;
    },
  });
}

function tokensOf({ id, payload }: Row, cipher: Cipher): Tokens {
  return payload === null ? {} : (cipher.open(id, payload) as Tokens);
}

function heldOf(row: Row, cipher: Cipher): HeldConnection {
  const tokens = tokensOf(row, cipher);
  return {
    id: row.id,
    workspace: row.workspace_id,
    environment: row.environment,
    provider: row.provider,
    owner: row.owner,
    status: row.status,
    ...(row.reason !== null && { reason: row.reason }),
    settings: row.settings,
    scopes: row.scopes,
    grantedScopes: row.granted_scopes,
    ...(row.client_id !== null && { clientId: row.client_id }),
    ...(row.account_id !== null && { account: { id: row.account_id, label: row.account_label ?? row.account_id } }),
    ...(row.expires_at !== null && { expiresAt: row.expires_at.toISOString() }),
    refreshable: tokens.refreshToken !== undefined || row.owner === 'service',
    ...(row.connected_at !== null && { connectedAt: row.connected_at.toISOString() }),
    ...(row.refreshed_at !== null && { refreshedAt: row.refreshed_at.toISOString() }),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    ...tokens,
    extras: row.extras,
    revision: row.revision,
  };
}

/** Without what only the engine reads. */
export function recordOf(connection: HeldConnection): ConnectionRecord {
  const { clientSecret: _1, accessToken: _2, refreshToken: _3, extras: _4, revision: _5, ...record } = connection;
  return record;
}
