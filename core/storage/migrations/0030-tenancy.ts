import { defineMigration } from './migration.ts';

/** Whoever acts, and where. One organisation with one workspace is there from the beginning: what was stored before belongs to it. */
export const tenancy = defineMigration(30, 'tenancy', [
  `CREATE TABLE organization (
    id uuid PRIMARY KEY,
    name text NOT NULL CONSTRAINT organization_name UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE workspace (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organization (id) ON DELETE RESTRICT,
    name text NOT NULL,
    title text NOT NULL,
    settings jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT workspace_name UNIQUE (organization_id, name)
  )`,
  `CREATE TABLE user_account (
    id uuid PRIMARY KEY,
    email text NOT NULL CONSTRAINT user_account_email UNIQUE CHECK (email = lower(email)),
    name text NOT NULL,
    platform_role text NOT NULL CHECK (platform_role IN ('basic', 'admin')),
    status text NOT NULL CHECK (status IN ('active', 'disabled')),
    email_verified_at timestamptz,
    last_seen_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE service_account (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    status text NOT NULL CHECK (status IN ('active', 'disabled')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT service_account_name UNIQUE (organization_id, name)
  )`,
  `INSERT INTO organization (id, name) VALUES ('00000000-0000-4000-8000-000000000001', 'default')`,
  `INSERT INTO workspace (id, organization_id, name, title)
    VALUES ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001', 'default', 'Default')`,
]);
