import { createHash, X509Certificate } from 'node:crypto';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { HttpRequest } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';

export type TlsWishes = Pick<HttpRequest, 'verifyTls' | 'clientCertificate' | 'certificateAuthority'>;

/** Requests with equal keys may share connections. Only a digest of the key material is kept. */
export function tlsKey(wishes: TlsWishes): string {
  const { verifyTls = true, clientCertificate, certificateAuthority } = wishes;
  if (clientCertificate === undefined && certificateAuthority === undefined)
    return verifyTls ? 'verified' : 'unverified';
  const material = [verifyTls, clientCertificate?.cert, clientCertificate?.key, certificateAuthority];
  return createHash('sha256').update(JSON.stringify(material)).digest('base64');
}

/** Throws HTTP_PORT_CERTIFICATE_INVALID for PEM text that cannot be used. */
export function secureContextFor({ clientCertificate, certificateAuthority }: TlsWishes): SecureContext {
  return createSecureContext({
    ...(certificateAuthority !== undefined && {
      ca: [...getCACertificates('default'), checkedAuthority(certificateAuthority)],
    }),
    ...(clientCertificate !== undefined && checkedClient(clientCertificate)),
  });
}

function checkedAuthority(pem: string): string {
  try {
    new X509Certificate(pem);
    return pem;
  } catch (error) {
    throw raise.HTTP_PORT_CERTIFICATE_INVALID(
      { which: 'certificate authority', cause: reasonOf(error) },
      { cause: error },
    );
  }
}

function checkedClient(client: { readonly cert: string; readonly key: string }): { cert: string; key: string } {
  try {
    createSecureContext(client);
    return { cert: client.cert, key: client.key };
  } catch (error) {
    throw raise.HTTP_PORT_CERTIFICATE_INVALID(
      { which: 'client certificate', cause: reasonOf(error) },
      { cause: error },
    );
  }
}

/** OpenSSL's own words, without the library coordinates in front (`error:0480006C:PEM routines::no start line`). */
function reasonOf(error: unknown): string {
  return (error as Error).message.split('::').at(-1)!;
}
