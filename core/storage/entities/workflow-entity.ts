import { EntitySchema } from 'typeorm/entity-schema/EntitySchema.js';

/** The newest state of a workflow. */
export interface WorkflowRow {
  id: string;
  workspaceId: string;
  /** Unique in its workspace. */
  alias: string;
  title: string;
  version: number;
  source: string;
  webhookPath: string | null;
  webhookMethods: readonly string[] | null;
  /** Not selected unless asked for by name. */
  webhookSecret: string;
  createdAt: Date;
  updatedAt: Date;
}

export const workflowEntity = new EntitySchema<WorkflowRow>({
  name: 'workflow',
  columns: {
    id: { type: 'uuid', primary: true },
    workspaceId: { name: 'workspace_id', type: 'uuid' },
    alias: { type: 'text' },
    title: { type: 'text' },
    version: { type: 'integer' },
    source: { type: 'text' },
    webhookPath: { name: 'webhook_path', type: 'text', nullable: true },
    webhookMethods: { name: 'webhook_methods', type: 'jsonb', nullable: true },
    webhookSecret: { name: 'webhook_secret', type: 'text', select: false },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    updatedAt: { name: 'updated_at', type: 'timestamptz' },
  },
});
