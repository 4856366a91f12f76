import { createHash } from 'node:crypto';

/** One `type: plugin` trigger of one workflow. */
export interface TriggerBinding {
  /** The same as long as workflow, trigger and its settings are: what is remembered belongs to it. */
  readonly id: string;
  readonly workflow: string;
  /** Id of the workspace of the workflow. */
  readonly workspace: string;
  readonly trigger: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly everyMs?: number;
}

export function triggerBinding(given: Omit<TriggerBinding, 'id'>): TriggerBinding {
  const text = JSON.stringify([given.workflow, given.trigger, given.config]);
  return { id: createHash('sha256').update(text).digest('base64url').slice(0, 22), ...given };
}

/** What `/api/triggers` tells of one. */
export interface TriggerStatus {
  readonly workflow: string;
  readonly trigger: string;
  /** `waiting`: no active plugin has it. `failing`: it is tried again after a pause. */
  readonly state: 'waiting' | 'active' | 'failing';
  readonly mode?: 'poll' | 'webhook' | 'stream';
  /** Where the other side sends its events. */
  readonly url?: string;
  /** Runs started since the host started. */
  readonly runs: number;
  readonly lastAt?: string;
  readonly error?: { readonly code: string; readonly message: string };
}
