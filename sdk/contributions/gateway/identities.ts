import type { PolicyIdentity } from './exchange.ts';

/** The host's own identity: who shows an API key or a session's token of this host. */
export interface Identities {
  /** Undefined for what is not known, expired or revoked. Rejects while it cannot be asked. */
  verify(credential: string, signal: AbortSignal): Promise<Omit<PolicyIdentity, 'scheme'> | undefined>;
}
