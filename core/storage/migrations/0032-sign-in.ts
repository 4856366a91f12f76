import { defineMigration } from './migration.ts';

const notify = (name: string, kind: string, column = 'id') => `CREATE FUNCTION ${name}() RETURNS trigger AS $$
  BEGIN
    PERFORM pg_notify('backplane_identity', '${kind}:' || OLD.${column});
    RETURN NULL;
  END $$ LANGUAGE plpgsql`;

/**
 * How users and machines prove who they are. Hosts keep what they have proved in memory; the triggers tell all of them, whoever
 * changes a row, in the same transaction.
 */
export const signIn = defineMigration(32, 'sign-in', [
  `CREATE TABLE user_password (
    user_id uuid PRIMARY KEY REFERENCES user_account (id) ON DELETE CASCADE,
    hash text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE user_identity (
    issuer text NOT NULL,
    subject text NOT NULL,
    user_id uuid NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
    provider text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (issuer, subject)
  )`,
  'CREATE INDEX user_identity_user ON user_identity (user_id)',
  `CREATE TABLE sign_in_link (
    token_hash bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
    purpose text NOT NULL CHECK (purpose IN ('verify', 'reset')),
    expires_at timestamptz NOT NULL
  )`,
  'CREATE INDEX sign_in_link_user ON sign_in_link (user_id)',
  `CREATE TABLE session_key (
    id text PRIMARY KEY,
    salt bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE user_session (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
    way text NOT NULL,
    address text NOT NULL,
    agent text NOT NULL,
    provider_issuer text,
    provider_subject text,
    provider_session text,
    provider_token text,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
  )`,
  'CREATE INDEX user_session_user ON user_session (user_id)',
  'CREATE INDEX user_session_provider ON user_session (provider_issuer, provider_subject)',
  'CREATE INDEX user_session_expiry ON user_session (expires_at)',
  `CREATE TABLE api_key (
    id text PRIMARY KEY,
    user_id uuid REFERENCES user_account (id) ON DELETE CASCADE,
    service_id uuid REFERENCES service_account (id) ON DELETE CASCADE,
    name text NOT NULL,
    salt bytea NOT NULL,
    hash bytea NOT NULL,
    scopes text[],
    workspace_id uuid REFERENCES workspace (id) ON DELETE CASCADE,
    expires_at timestamptz,
    last_used_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text NOT NULL,
    CHECK ((user_id IS NULL) <> (service_id IS NULL))
  )`,
  'CREATE INDEX api_key_user ON api_key (user_id)',
  'CREATE INDEX api_key_service ON api_key (service_id)',
  notify('tell_session_gone', 'session'),
  `CREATE TRIGGER user_session_gone AFTER DELETE ON user_session FOR EACH ROW EXECUTE FUNCTION tell_session_gone()`,
  notify('tell_user_changed', 'user'),
  `CREATE TRIGGER user_account_changed AFTER UPDATE ON user_account FOR EACH ROW
    WHEN ((OLD.status, OLD.platform_role, OLD.email) IS DISTINCT FROM (NEW.status, NEW.platform_role, NEW.email))
    EXECUTE FUNCTION tell_user_changed()`,
  `CREATE TRIGGER user_account_gone AFTER DELETE ON user_account FOR EACH ROW EXECUTE FUNCTION tell_user_changed()`,
  notify('tell_key_gone', 'key'),
  `CREATE TRIGGER api_key_gone AFTER DELETE ON api_key FOR EACH ROW EXECUTE FUNCTION tell_key_gone()`,
  notify('tell_service_changed', 'service'),
  `CREATE TRIGGER service_account_changed AFTER UPDATE ON service_account FOR EACH ROW EXECUTE FUNCTION tell_service_changed()`,
]);
