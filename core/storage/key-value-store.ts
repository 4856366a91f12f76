import type { KeyValue } from '@backplane/sdk';

/** The small stores of plugins. Scopes do not see each other. */
export interface KeyValueStore {
  scope(name: string): KeyValue;
}
