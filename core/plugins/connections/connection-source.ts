import type { HttpRequest } from '@backplane/sdk';

/** A credential that the host may attach for a plugin, which never sees it. */
export interface ResolvedConnection {
  /** Who is signed in, for people. */
  readonly account: string;
  readonly grantedScopes: readonly string[];
  /** `api.acme.com`, `*.acme.com`, with a port when it is not that of https: the credential goes nowhere else. */
  readonly allowedHosts: readonly string[];
  /** The request with the credential. */
  attach(request: HttpRequest): HttpRequest;
  /** Every form in which the credential could come back, to be masked. */
  readonly secretValues: readonly string[];
  /** After the service has refused the credential: a fresh one, where there is one. */
  renew?(): Promise<ResolvedConnection | undefined>;
}

/** Where connections are kept. */
export interface ConnectionSource {
  /** Undefined: there is none of this kind. Throws a coded error for one that is not usable. */
  resolve(kind: string, workspace: string, environment: string): Promise<ResolvedConnection | undefined>;
}
