import type { CustomSecret, HttpRequest, Ports } from '@backplane/sdk';

const optionalSecret = (name: 'mtls' | 'ca_cert', keys: readonly string[]): CustomSecret => ({
  type: 'custom',
  name,
  keys,
  optionalKeys: [],
  optional: true,
  secretType: name,
});

/** A client certificate and an extra certificate authority, where the workspace has them. */
export const tlsSecrets = [
  optionalSecret('mtls', ['TLS_CERTIFICATE', 'TLS_PRIVATE_KEY']),
  optionalSecret('ca_cert', ['CA_CERTIFICATE']),
];

export function tlsOptions(secrets: Ports['secrets']): Pick<HttpRequest, 'clientCertificate' | 'certificateAuthority'> {
  const cert = secrets['mtls']?.['TLS_CERTIFICATE'];
  const key = secrets['mtls']?.['TLS_PRIVATE_KEY'];
  return {
    clientCertificate: cert !== undefined && key !== undefined ? { cert, key } : undefined,
    certificateAuthority: secrets['ca_cert']?.['CA_CERTIFICATE'],
  };
}
