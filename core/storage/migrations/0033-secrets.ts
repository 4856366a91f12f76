import { defineMigration } from './migration.ts';

const NAMED = (table: string) => [
  `CREATE UNIQUE INDEX ${table}_in_workspace ON ${table} (workspace_id, name, environment) WHERE workspace_id IS NOT NULL`,
  `CREATE UNIQUE INDEX ${table}_in_organization ON ${table} (organization_id, name, environment) WHERE workspace_id IS NULL`,
];

/**
 * Secrets, variables and environments of workspaces; without a workspace, those of the organisation. What is secret stands in
 * `payload` alone, as a Fernet token of the key that `key_id` tells. Every change of what runs may see moves `workflow_change` on, by
 * which hosts forget what they remember; new encryption and use do not.
 */
export const secrets = defineMigration(33, 'secrets', [
  `CREATE TABLE secret_key (
    id text PRIMARY KEY,
    current boolean NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  'CREATE UNIQUE INDEX secret_key_current ON secret_key (current) WHERE current',
  `CREATE TABLE secret_key_holder (
    process uuid PRIMARY KEY,
    machine text NOT NULL,
    pid integer NOT NULL,
    keys text[] NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
  )`,
  `CREATE TABLE secret (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    workspace_id uuid REFERENCES workspace (id) ON DELETE CASCADE,
    environment text NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    description text NOT NULL,
    version integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by text NOT NULL,
    updated_by text NOT NULL
  )`,
  ...NAMED('secret'),
  `CREATE TABLE secret_version (
    secret_id uuid NOT NULL REFERENCES secret (id) ON DELETE CASCADE,
    version integer NOT NULL,
    key_id text NOT NULL REFERENCES secret_key (id),
    payload text NOT NULL,
    facts text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text NOT NULL,
    PRIMARY KEY (secret_id, version)
  )`,
  'CREATE INDEX secret_version_key ON secret_version (key_id)',
  `CREATE TABLE secret_use (
    secret_id uuid PRIMARY KEY REFERENCES secret (id) ON DELETE CASCADE,
    used_at timestamptz NOT NULL
  )`,
  `CREATE TABLE variable (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    workspace_id uuid REFERENCES workspace (id) ON DELETE CASCADE,
    environment text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    content text NOT NULL,
    revision integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    updated_by text NOT NULL
  )`,
  ...NAMED('variable'),
  `CREATE TABLE environment (
    workspace_id uuid NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    name text NOT NULL,
    description text NOT NULL,
    falls_back boolean NOT NULL,
    PRIMARY KEY (workspace_id, name)
  )`,
  ...['secret', 'variable', 'environment'].map(
    (table) => `CREATE TRIGGER ${table}_change AFTER INSERT OR UPDATE OR DELETE ON ${table}
      FOR EACH STATEMENT EXECUTE FUNCTION workflow_changed()`,
  ),
]);
