import { EntitySchema } from 'typeorm/entity-schema/EntitySchema.js';

/** A workflow as it was at one version. */
export interface WorkflowVersionRow {
  workflowId: string;
  version: number;
  title: string;
  source: string;
  /** What its steps were checked against: action → origin and digest. Null before that was noted. */
  actions: unknown;
  /** Who stored it; null: the host. */
  author: unknown;
  createdAt: Date;
}

export const workflowVersionEntity = new EntitySchema<WorkflowVersionRow>({
  name: 'workflow_version',
  columns: {
    workflowId: { name: 'workflow_id', type: 'uuid', primary: true },
    version: { type: 'integer', primary: true },
    title: { type: 'text' },
    source: { type: 'text' },
    actions: { type: 'jsonb', nullable: true },
    author: { type: 'jsonb', nullable: true },
    createdAt: { name: 'created_at', type: 'timestamptz' },
  },
});
