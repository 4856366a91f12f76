/** Where this host is to one identity provider. */
export interface OwnAddresses {
  entityId(): string;
  /** Where responses are to be sent. */
  acsUrl(): string;
  /** Where messages about signing out are to be sent. */
  signOutUrl(): string;
}

export interface OwnAddressesOptions {
  readonly id: string;
  /** Ours, where it is not the address of the metadata. */
  readonly audience?: string | undefined;
  baseUrl(): string;
}

export function ownAddresses({ id, audience, baseUrl }: OwnAddressesOptions): OwnAddresses {
  const here = () => `${baseUrl()}/api/auth/saml/${id}`;
  return {
    entityId: () => audience ?? `${here()}/metadata`,
    acsUrl: () => `${here()}/acs`,
    signOutUrl: () => `${here()}/slo`,
  };
}
