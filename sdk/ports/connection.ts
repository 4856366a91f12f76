import type { Http } from './http.ts';

/** What a contribution wants to speak to on behalf of somebody. `kind` is the name of an OAuth provider or of a secret's kind. */
export interface ConnectionSlot {
  readonly kind: string;
  /** Scopes that this use needs; a connection without them is refused with what is missing. */
  readonly scopes?: readonly string[];
  /** True: the member is undefined when nobody has connected. */
  readonly optional?: boolean;
}

export type ConnectionSlots = Readonly<Record<string, ConnectionSlot>>;

/**
 * HTTP to hosts that may receive the credential. The host attaches it after it has checked the target, strips it on redirects elsewhere
 * and masks it everywhere: the plugin never holds it. Other hosts are refused with PLUGIN_CONNECTION_HOST_REFUSED.
 */
export interface Connection extends Http {
  /** Whom it acts for, as people know it: a login, an e-mail address. */
  readonly account: string;
  readonly grantedScopes: readonly string[];
}

export type BoundConnections<S extends ConnectionSlots> = {
  readonly [K in keyof S]: S[K] extends { readonly optional: true } ? Connection | undefined : Connection;
};

/** The member `connections`, absent when no slot is declared (or none is known). */
export type ConnectionsMember<S extends ConnectionSlots> = [keyof S] extends [never]
  ? unknown
  : string extends keyof S
    ? unknown
    : { readonly connections: BoundConnections<S> };
