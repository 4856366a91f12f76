import { EntitySchema } from 'typeorm/entity-schema/EntitySchema.js';

/** A schedule of a workflow and how far it has come. */
export interface ScheduleRow {
  id: string;
  workflowId: string;
  ref: string;
  origin: 'file' | 'api';
  description: string;
  spec: string;
  timing: string;
  beginsPaused: boolean;
  paused: boolean;
  note: string | null;
  dueAt: Date | null;
  cursorAt: Date;
  state: string;
  revision: number;
  createdAt: Date;
  updatedAt: Date;
}

export const scheduleEntity = new EntitySchema<ScheduleRow>({
  name: 'schedule',
  columns: {
    id: { type: 'uuid', primary: true },
    workflowId: { name: 'workflow_id', type: 'uuid' },
    ref: { type: 'text' },
    origin: { type: 'text' },
    description: { type: 'text' },
    spec: { type: 'text' },
    timing: { type: 'text' },
    beginsPaused: { name: 'begins_paused', type: 'boolean' },
    paused: { type: 'boolean' },
    note: { type: 'text', nullable: true },
    dueAt: { name: 'due_at', type: 'timestamptz', nullable: true },
    cursorAt: { name: 'cursor_at', type: 'timestamptz' },
    state: { type: 'text' },
    revision: { type: 'integer' },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    updatedAt: { name: 'updated_at', type: 'timestamptz' },
  },
});
