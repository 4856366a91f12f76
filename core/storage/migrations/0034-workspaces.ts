import { defineMigration } from './migration.ts';

/**
 * Which workspace workflows and runs belong to; schedules and interactions belong where their workflow and their run do. The lists of
 * the workspace that is always there read the indexes that there are, which it fills nearly alone: only runs of others pay for one more.
 */
export const workspaces = defineMigration(34, 'workspaces', [
  `ALTER TABLE workflow ADD COLUMN workspace_id uuid NOT NULL DEFAULT '00000000-0000-4000-8000-000000000002'
    REFERENCES workspace (id) ON DELETE CASCADE`,
  'ALTER TABLE workflow DROP CONSTRAINT workflow_alias',
  'ALTER TABLE workflow ADD CONSTRAINT workflow_alias UNIQUE (workspace_id, alias)',
  'CREATE INDEX workflow_by_workspace ON workflow (workspace_id, id)',
  // No reference: runs outlive whatever they ran for, and a check at each would cost what nobody gains.
  `ALTER TABLE run ADD COLUMN workspace uuid NOT NULL DEFAULT '00000000-0000-4000-8000-000000000002'`,
  `CREATE INDEX run_by_workspace ON run (workspace, id) WHERE workspace <> '00000000-0000-4000-8000-000000000002'`,
]);
