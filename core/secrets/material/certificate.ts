import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyValues, SecretFacts } from './secret-facts.ts';

type CertificateFacts = Pick<SecretFacts, 'subject' | 'issuer' | 'fingerprint' | 'expiresAt'>;

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Of a client's certificate, with its private key. A text in place of it says what is wrong. */
export function clientCertificateFacts({ TLS_CERTIFICATE, TLS_PRIVATE_KEY }: KeyValues): CertificateFacts | string {
  const chain = certificates(TLS_CERTIFICATE!);
  if (chain === undefined) return '`TLS_CERTIFICATE` is no certificate in PEM format';
  try {
    if (chain[0]!.checkPrivateKey(createPrivateKey(TLS_PRIVATE_KEY!))) return factsOf(chain);
    return '`TLS_PRIVATE_KEY` is not the key of `TLS_CERTIFICATE`';
  } catch {
    return '`TLS_PRIVATE_KEY` is no private key in PEM format without a passphrase';
  }
}

/** Of the authorities that a server's certificate may come from. */
export function authorityFacts({ CA_CERTIFICATE }: KeyValues): CertificateFacts | string {
  const chain = certificates(CA_CERTIFICATE!);
  return chain === undefined ? '`CA_CERTIFICATE` is no certificate in PEM format' : factsOf(chain);
}

/** Undefined unless there is one at least, and all are whole. */
function certificates(text: string): X509Certificate[] | undefined {
  try {
    const found = [...text.matchAll(PEM)].map(([pem]) => new X509Certificate(pem));
    return found.length === 0 ? undefined : found;
  } catch {
    return undefined;
  }
}

function factsOf(chain: readonly X509Certificate[]): CertificateFacts {
  const [first] = chain as [X509Certificate];
  const expiresAt = Math.min(...chain.map(({ validTo }) => Date.parse(validTo)));
  return {
    subject: oneLine(first.subject),
    issuer: oneLine(first.issuer),
    fingerprint: first.fingerprint256,
    expiresAt: new Date(expiresAt).toISOString(),
  };
}

function oneLine(name: string): string {
  return name.split('\n').join(', ');
}
