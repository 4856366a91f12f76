import { EntitySchema } from 'typeorm/entity-schema/EntitySchema.js';

/** One entry of a plugin's small store. */
export interface KeyValueRow {
  scope: string;
  key: string;
  /** Exact JSON. */
  value: string;
  expiresAt: Date | null;
}

export const keyValueEntity = new EntitySchema<KeyValueRow>({
  name: 'key_value',
  columns: {
    scope: { type: 'text', primary: true },
    key: { type: 'text', primary: true },
    value: { type: 'text' },
    expiresAt: { name: 'expires_at', type: 'timestamptz', nullable: true },
  },
});
