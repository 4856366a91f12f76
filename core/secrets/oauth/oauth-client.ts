/** Backplane as a provider knows it. */
export interface OAuthClient {
  readonly id: string;
  /** The secret; for `private_key_jwt` the private key as PEM. */
  readonly secret?: string;
}
