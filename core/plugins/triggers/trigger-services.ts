import type { Log } from '@backplane/sdk';
import type { KeyValueStore } from '../../storage/key-value-store.ts';

/** What triggers need of the host. */
export interface TriggerServices {
  readonly kv: KeyValueStore;
  readonly log: Log;
  /** Durable when it resolves; the same key again gives the same run. */
  start(workflow: string, event: unknown, key: string | undefined): Promise<void>;
  /** The host's address as others reach it, without a slash at its end. */
  url(): string;
}
