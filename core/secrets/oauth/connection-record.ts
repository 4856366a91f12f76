/** Whose name the token carries: a person who consented, or the application itself. */
export type ConnectionOwner = 'user' | 'service';

/** `configured`: a client is known, nobody has consented yet. `error`: the last refresh failed, and is tried again. */
export type ConnectionStatus = 'configured' | 'connected' | 'reauth_required' | 'error';

/** Where a connection belongs; there is one of each. */
export interface ConnectionKey {
  /** Id of the workspace. */
  readonly workspace: string;
  readonly environment: string;
  readonly provider: string;
  readonly owner: ConnectionOwner;
}

/** A connection as people see it: no token, no secret. */
export interface ConnectionRecord extends ConnectionKey {
  readonly id: string;
  readonly status: ConnectionStatus;
  /** Why it does not work, for people. */
  readonly reason?: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Asked for; null: what the provider's description says. */
  readonly scopes: readonly string[] | null;
  readonly grantedScopes: readonly string[];
  readonly clientId?: string;
  readonly account?: { readonly id: string; readonly label: string };
  /** ISO 8601, as all times here. */
  readonly expiresAt?: string;
  readonly refreshable: boolean;
  readonly connectedAt?: string;
  readonly refreshedAt?: string;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** With what only the engine reads. */
export interface HeldConnection extends ConnectionRecord {
  readonly clientSecret?: string;
  readonly accessToken?: string;
  readonly refreshToken?: string;
  readonly extras: Readonly<Record<string, string>>;
  /** Counts every change of the tokens. */
  readonly revision: number;
}
