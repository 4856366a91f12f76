import { defineMigration } from './migration.ts';

/** What changes who may do what tells every host at once, whoever makes the change and however: no code can forget to. */
const announce = (table: string, events: string, subject: string, condition = '') => `CREATE TRIGGER ${table}_access
  AFTER ${events} ON ${table} FOR EACH ROW ${condition} EXECUTE FUNCTION access_changed('${subject}')`;

/** Roles, groups, memberships and invitations; and the audit log, a chain of hashes to which rows are only ever added. */
export const access = defineMigration(31, 'access', [
  `CREATE TABLE access_role (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT access_role_name UNIQUE (organization_id, name)
  )`,
  `CREATE TABLE access_group (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT access_group_name UNIQUE (organization_id, name)
  )`,
  // `told_by`: the provider at which somebody signed in; null when they were put there by hand.
  `CREATE TABLE access_group_member (
    group_id uuid NOT NULL REFERENCES access_group (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
    told_by text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (group_id, user_id)
  )`,
  'CREATE INDEX access_group_member_user ON access_group_member (user_id)',
  // Without a workspace: in the organisation and in all its workspaces.
  `CREATE TABLE membership (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    workspace_id uuid REFERENCES workspace (id) ON DELETE CASCADE,
    user_id uuid REFERENCES user_account (id) ON DELETE CASCADE,
    group_id uuid REFERENCES access_group (id) ON DELETE CASCADE,
    service_id uuid REFERENCES service_account (id) ON DELETE CASCADE,
    subject_id uuid NOT NULL GENERATED ALWAYS AS (coalesce(user_id, group_id, service_id)) STORED,
    preset text,
    role_id uuid REFERENCES access_role (id) ON DELETE RESTRICT,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (num_nonnulls(user_id, group_id, service_id) = 1),
    CHECK (num_nonnulls(preset, role_id) = 1)
  )`,
  `CREATE UNIQUE INDEX membership_subject ON membership
    (subject_id, organization_id, coalesce(workspace_id, '00000000-0000-0000-0000-000000000000'))`,
  'CREATE INDEX membership_place ON membership (organization_id, workspace_id)',
  'CREATE INDEX membership_role ON membership (role_id) WHERE role_id IS NOT NULL',
  `CREATE TABLE invitation (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    email text NOT NULL CHECK (email = lower(email)),
    token_hash bytea NOT NULL CONSTRAINT invitation_token UNIQUE,
    organization_role text NOT NULL,
    workspaces jsonb NOT NULL DEFAULT '[]',
    invited_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    accepted_at timestamptz,
    revoked_at timestamptz
  )`,
  'CREATE INDEX invitation_place ON invitation (organization_id, created_at)',
  `CREATE FUNCTION access_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE subject text := '*';
    BEGIN
      IF TG_ARGV[0] <> '*' THEN
        subject := coalesce(
          to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END) ->> TG_ARGV[0], '*');
      END IF;
      PERFORM pg_notify('backplane_access', subject);
      RETURN NULL;
    END $$`,
  announce('membership', 'INSERT OR UPDATE OR DELETE', '*'),
  announce('access_group_member', 'INSERT OR DELETE', 'user_id'),
  announce('access_role', 'UPDATE OR DELETE', '*'),
  announce('access_group', 'UPDATE OR DELETE', '*'),
  announce('workspace', 'INSERT OR UPDATE OR DELETE', '*'),
  announce(
    'user_account',
    'UPDATE',
    'id',
    'WHEN ((OLD.status, OLD.platform_role, OLD.email) IS DISTINCT FROM (NEW.status, NEW.platform_role, NEW.email))',
  ),
  "CREATE TRIGGER user_account_access_gone AFTER DELETE ON user_account FOR EACH ROW EXECUTE FUNCTION access_changed('id')",
  announce('service_account', 'UPDATE OR DELETE', 'id'),

  `CREATE TABLE audit_entry (
    seq bigint PRIMARY KEY,
    at timestamptz(3) NOT NULL,
    actor_kind text,
    actor_id text,
    actor_name text,
    action text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('done', 'denied', 'failed')),
    organization_id text,
    workspace_id text,
    resource_type text,
    resource_id text,
    details text NOT NULL,
    address text,
    correlation_id text,
    digest bytea NOT NULL,
    hash bytea NOT NULL
  )`,
  'CREATE INDEX audit_entry_at ON audit_entry (at)',
  'CREATE INDEX audit_entry_actor ON audit_entry (actor_id, seq)',
  'CREATE INDEX audit_entry_workspace ON audit_entry (workspace_id, seq)',
  // The two ends of the chain: what was before the first row that is kept, and the last one.
  `CREATE TABLE audit_chain (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    first_seq bigint NOT NULL,
    before_hash bytea NOT NULL,
    last_seq bigint NOT NULL,
    last_hash bytea NOT NULL
  )`,
  `INSERT INTO audit_chain VALUES (true, 1, '\\x', 0, '\\x')`,
  `CREATE TABLE audit_stream (
    name text PRIMARY KEY,
    after_seq bigint NOT NULL,
    leased_until timestamptz NOT NULL DEFAULT now()
  )`,
  // Many rows in one call. The row of the chain's ends is the lock: there is one chain, whoever writes.
  `CREATE FUNCTION audit_append(entries text) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE
      ends audit_chain%ROWTYPE;
      e jsonb;
    BEGIN
      SELECT * INTO STRICT ends FROM audit_chain FOR UPDATE;
      FOR e IN SELECT value FROM jsonb_array_elements(entries::jsonb) LOOP
        ends.last_seq := ends.last_seq + 1;
        ends.last_hash := sha256(ends.last_hash || int8send(ends.last_seq) || decode(e ->> 'digest', 'hex'));
        INSERT INTO audit_entry VALUES (
          ends.last_seq, (e ->> 'at')::timestamptz, e ->> 'actorKind', e ->> 'actorId', e ->> 'actorName', e ->> 'action',
          e ->> 'outcome', e ->> 'organization', e ->> 'workspace', e ->> 'resourceType', e ->> 'resourceId', e ->> 'details',
          e ->> 'address', e ->> 'correlationId', decode(e ->> 'digest', 'hex'), ends.last_hash);
      END LOOP;
      UPDATE audit_chain SET last_seq = ends.last_seq, last_hash = ends.last_hash;
      RETURN ends.last_seq;
    END $$`,
  // The one way to delete: from the beginning on, what is older; the chain goes on from the last row that went.
  `CREATE FUNCTION audit_forget(older timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE
      ends audit_chain%ROWTYPE;
      upto bigint;
      last bytea;
    BEGIN
      SELECT * INTO STRICT ends FROM audit_chain FOR UPDATE;
      SELECT coalesce(min(seq), ends.last_seq + 1) - 1 INTO upto FROM audit_entry WHERE at >= older;
      IF upto < ends.first_seq THEN RETURN 0; END IF;
      SELECT hash INTO last FROM audit_entry WHERE seq = upto;
      IF last IS NULL THEN RETURN 0; END IF;
      PERFORM set_config('backplane.audit_retention', 'on', true);
      DELETE FROM audit_entry WHERE seq <= upto;
      PERFORM set_config('backplane.audit_retention', '', true);
      UPDATE audit_chain SET first_seq = upto + 1, before_hash = last;
      RETURN upto - ends.first_seq + 1;
    END $$`,
  `CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' AND current_setting('backplane.audit_retention', true) = 'on' THEN RETURN OLD; END IF;
      RAISE EXCEPTION 'The audit log is only ever added to.' USING ERRCODE = 'insufficient_privilege';
    END $$`,
  `CREATE TRIGGER audit_entry_kept BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()`,
  `CREATE TRIGGER audit_entry_whole BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()`,
]);
