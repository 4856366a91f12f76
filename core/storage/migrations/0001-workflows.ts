import { defineMigration } from './migration.ts';

export const workflows = defineMigration(1, 'workflows', [
  `CREATE TABLE workflow (
    id uuid PRIMARY KEY,
    alias text NOT NULL CONSTRAINT workflow_alias UNIQUE,
    title text NOT NULL,
    version integer NOT NULL,
    source text NOT NULL,
    webhook_path text CONSTRAINT workflow_webhook_path UNIQUE,
    webhook_methods jsonb,
    webhook_secret text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
  )`,
  `CREATE TABLE workflow_version (
    workflow_id uuid NOT NULL REFERENCES workflow (id) ON DELETE CASCADE,
    version integer NOT NULL,
    title text NOT NULL,
    source text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (workflow_id, version)
  )`,
]);
