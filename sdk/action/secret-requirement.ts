/** A secret an action needs, given by hand: `keys` must be there, `optionalKeys` may. */
export interface CustomSecret {
  readonly type: 'custom';
  readonly name: string;
  readonly keys: readonly string[];
  readonly optionalKeys: readonly string[];
  readonly optional: boolean;
  readonly secretType: 'custom' | 'ssh_key' | 'mtls' | 'ca_cert';
}

/** An OAuth token the host keeps fresh. It appears as `<provider_id>_oauth` with `<PROVIDER>_USER_TOKEN` or `_SERVICE_TOKEN`. */
export interface OAuthSecret {
  readonly type: 'oauth';
  readonly providerId: string;
  readonly grantType: 'authorization_code' | 'client_credentials';
  readonly optional: boolean;
}

export type SecretRequirement = CustomSecret | OAuthSecret;
