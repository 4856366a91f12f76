import { defineMigration } from './migration.ts';

/**
 * `payload`: tokens and client secrets, encrypted with the key `key_id`. `refreshing_until`: one host is at the token endpoint; the others wait for `revision` to
 * grow, or for that moment. An authorization that was begun is found by the hash of its state and taken out to be used: once.
 */
export const connections = defineMigration(35, 'connections', [
  `CREATE TABLE connection (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    environment text NOT NULL,
    provider text NOT NULL,
    owner text NOT NULL CHECK (owner IN ('user', 'service')),
    status text NOT NULL CHECK (status IN ('configured', 'connected', 'reauth_required', 'error')),
    reason text,
    settings jsonb NOT NULL DEFAULT '{}',
    scopes jsonb,
    granted_scopes jsonb NOT NULL DEFAULT '[]',
    client_id text,
    payload text,
    key_id text,
    extras jsonb NOT NULL DEFAULT '{}',
    expires_at timestamptz,
    account_id text,
    account_label text,
    connected_at timestamptz,
    refreshed_at timestamptz,
    refreshing_until timestamptz,
    revision integer NOT NULL DEFAULT 0,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT connection_key UNIQUE (workspace_id, environment, provider, owner)
  )`,
  `CREATE TABLE connection_authorization (
    state_hash text PRIMARY KEY,
    connection_id uuid NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    browser_hash text NOT NULL,
    payload text NOT NULL,
    key_id text NOT NULL,
    redirect_uri text NOT NULL,
    return_to text,
    scopes jsonb NOT NULL,
    actor text NOT NULL,
    expires_at timestamptz NOT NULL
  )`,
  'CREATE INDEX connection_authorization_expiry ON connection_authorization (expires_at)',
]);
