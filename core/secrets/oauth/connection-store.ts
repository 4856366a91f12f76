import { randomUUIDv7 } from 'node:crypto';
import type { DataSource } from 'typeorm';
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
  readonly client_secret: string | null;
  readonly access_token: string | null;
  readonly refresh_token: string | null;
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

export function createConnectionStore(source: DataSource, cipher: Cipher): ConnectionStore {
  const rows = (text: string, values: unknown[]): Promise<Row[]> => source.query(text, values);
  const seal = (text: string | undefined) => (text === undefined ? null : cipher.encrypt(text));
  const held = (row: Row | undefined) => (row === undefined ? undefined : heldOf(row, cipher));
  return withCodedFailures<ConnectionStore>({
    async list(workspace) {
      const found = await rows(
        'SELECT * FROM connection WHERE workspace_id = $1 ORDER BY provider, environment, owner',
        [workspace],
      );
      return found.map((row) => recordOf(row));
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
      const [row] = await rows(
        `INSERT INTO connection (id, workspace_id, environment, provider, owner, status, settings, scopes, client_id, client_secret, created_by)
         VALUES ($1, $2, $3, $4, $5, 'configured', coalesce($6::jsonb, '{}'), $8::jsonb, $9, $10, $11)
         ON CONFLICT ON CONSTRAINT connection_key DO UPDATE SET
           settings = coalesce($6::jsonb, connection.settings),
           scopes = CASE WHEN $7 THEN $8::jsonb ELSE connection.scopes END,
           client_id = coalesce($9, connection.client_id),
           client_secret = CASE WHEN $9::text IS NULL THEN connection.client_secret ELSE $10 END,
           updated_at = now()
         RETURNING *`,
        [
          randomUUIDv7(),
          workspace,
          environment,
          provider,
          owner,
          settings === undefined ? null : JSON.stringify(settings),
          scopes !== undefined,
          scopes == null ? null : JSON.stringify(scopes),
          client?.id ?? null,
          seal(client?.secret),
          actor,
        ],
      );
      return heldOf(row!, cipher);
    },
    async keepTokens(id, token, { scopes, revision }) {
      const [found] = await source.query(
        `UPDATE connection SET
           status = 'connected', reason = NULL, access_token = $2,
           refresh_token = CASE WHEN $3::text IS NULL AND $4 THEN refresh_token ELSE $3 END,
           expires_at = $5, granted_scopes = $6::jsonb,
           extras = CASE WHEN $4 THEN extras || $7::jsonb ELSE $7::jsonb END,
           account_id = CASE WHEN $4 THEN account_id END,
           account_label = CASE WHEN $4 THEN account_label END,
           connected_at = CASE WHEN $4 THEN connected_at ELSE now() END,
           refreshed_at = now(), refreshing_until = NULL, revision = revision + 1, updated_at = now()
         WHERE id = $1 AND ($8::integer IS NULL OR revision = $8) RETURNING *`,
        [
          id,
          cipher.encrypt(token.accessToken),
          seal(token.refreshToken),
          revision !== undefined,
          token.expiresAt === undefined ? null : new Date(token.expiresAt),
          JSON.stringify(token.scopes ?? scopes),
          JSON.stringify(token.extras),
          revision ?? null,
        ],
      );
      return held((found as Row[])[0]);
    },
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

function heldOf(row: Row, cipher: Cipher): HeldConnection {
  const open = (sealed: string | null) => (sealed === null ? undefined : cipher.decrypt(sealed));
  const clientSecret = open(row.client_secret);
  const accessToken = open(row.access_token);
  const refreshToken = open(row.refresh_token);
  return {
    ...recordOf(row),
    ...(clientSecret !== undefined && { clientSecret }),
    ...(accessToken !== undefined && { accessToken }),
    ...(refreshToken !== undefined && { refreshToken }),
    extras: row.extras,
    revision: row.revision,
  };
}

function recordOf(row: Row): ConnectionRecord {
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
    refreshable: row.refresh_token !== null || row.owner === 'service',
    ...(row.connected_at !== null && { connectedAt: row.connected_at.toISOString() }),
    ...(row.refreshed_at !== null && { refreshedAt: row.refreshed_at.toISOString() }),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
