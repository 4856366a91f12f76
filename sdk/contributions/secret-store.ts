import type { ContextPort } from '../ports/ports.ts';
import type { AnySchema } from '../schema.ts';
import { type Tagged, tag } from '../tag.ts';
import type { Opened, Opens } from './context.ts';

/** A secret is a few named values. */
export interface StoredSecret {
  readonly values: Readonly<Record<string, string>>;
  /** Changes with every change of the values. */
  readonly version: string;
  /** Epoch milliseconds after which it must be read again. */
  readonly expiresAt?: number;
}

/** Absent (`undefined`) and refused (rejected with a coded error of blame `credential`) are different answers. */
export interface SecretReader extends Opened {
  read(name: string, signal: AbortSignal): Promise<StoredSecret | undefined>;
  /** Names only, sorted. */
  list?(prefix: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Gives the new version. With `expected`, rejects when the version is another by now. */
  write?(
    name: string,
    values: Readonly<Record<string, string>>,
    options: { readonly expected?: string; readonly signal: AbortSignal },
  ): Promise<string>;
  remove?(name: string, signal: AbortSignal): Promise<void>;
}

export interface SecretStoreSpec<C extends AnySchema, U extends ContextPort> extends Opens<C, U, SecretReader> {}

export type SecretStore = SecretStoreSpec<any, any> & Tagged<'secret-store'>;

/** Declares a place where secrets are kept: Vault, a cloud's secret manager … The host masks what it reads there. */
export function defineSecretStore<C extends AnySchema, const U extends ContextPort = never>(
  spec: SecretStoreSpec<C, U>,
): SecretStoreSpec<C, U> & Tagged<'secret-store'> {
  return tag('secret-store', spec);
}
