/** What a secret holds. The keys of all but `keys` and `oauth` are given. */
export const SECRET_TYPES = ['keys', 'oauth', 'ssh_key', 'mtls', 'ca_cert'] as const;
export type SecretType = (typeof SECRET_TYPES)[number];

/** Key → value. */
export type KeyValues = Readonly<Record<string, string>>;

/** What may be told of a secret: never a value. */
export interface SecretFacts {
  /** Names of its keys, sorted. */
  readonly keys: readonly string[];
  /** Of an SSH key, as in `authorized_keys`. */
  readonly publicKey?: string;
  /** `SHA256:…` of an SSH key; of a certificate, hexadecimal with colons. */
  readonly fingerprint?: string;
  /** Of a certificate. */
  readonly subject?: string;
  readonly issuer?: string;
  /** ISO date after which a certificate counts no more; of several, the first. */
  readonly expiresAt?: string;
}
