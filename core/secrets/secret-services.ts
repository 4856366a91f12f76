import type { EnvironmentStore } from './environments/environment-store.ts';
import type { KnownKey } from './key/key-claims.ts';
import type { KeyRing } from './key/key-ring.ts';
import type { Reencryption } from './key/reencrypt.ts';
import type { KeyValues } from './material/secret-facts.ts';
import type { SecretStore } from './store/secret-store.ts';
import type { StoredVariables } from './variables/stored-variables.ts';
import type { VariableStore } from './variables/variable-store.ts';

/** Where a run would find a secret, and its keys. */
export interface LocatedSecret {
  readonly values: KeyValues;
  readonly from: string;
}

export interface KeyState {
  readonly origin: KeyRing['origin'];
  /** Of this host, newest first. */
  readonly held: readonly string[];
  /** Of the database. */
  readonly known: readonly KnownKey[];
}

/** Secrets, variables, environments and keys of a host. */
export interface SecretServices {
  readonly store: SecretStore;
  readonly variables: VariableStore;
  readonly environments: EnvironmentStore;
  /** `VARS` as runs get them. */
  readonly runVariables: StoredVariables;
  /** As a run would: stored ones, then configured ones, then stores of plugins. */
  locate(name: string, environment: string, workspace: string): Promise<LocatedSecret | undefined>;
  keyState(): Promise<KeyState>;
  /** A part of the work, see {@link Reencryption}: call it again until nothing is left. */
  rotateKey(signal: AbortSignal): Promise<Reencryption>;
  /** Another host has changed something: nothing that was remembered counts any more. */
  forget(): void;
}
