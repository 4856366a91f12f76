import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { raise } from '../../errors/catalogue.ts';
import { Certificates, type PemTexts } from './certificates.ts';
import { addressesOf, type ListenerOptions, type TlsOptions } from './listener-options.ts';

/** One entry for every address, the listener's own first; undefined: without TLS. */
export type AllPemTexts = readonly (PemTexts | undefined)[];

/** Rejects with GATEWAY_CERTIFICATE_INVALID for whatever could not be served. */
export function readPemTexts(options: ListenerOptions): Promise<AllPemTexts> {
  return Promise.all(addressesOf(options).map(({ tls }) => tls && textsOf(tls)));
}

async function textsOf({ certificates, clients, minVersion }: TlsOptions): Promise<PemTexts> {
  const own = certificates.map(async ({ certificate, key }) => {
    const [text, secret] = await Promise.all([readText(certificate), readText(key)]);
    return { file: certificate, certificate: text, key: secret };
  });
  const [read, authority] = await Promise.all([Promise.all(own), clients && authorityOf(clients.authority)]);
  const texts = { certificates: read, ...(authority !== undefined && { authority }) };
  new Certificates(texts, minVersion);
  return texts;
}

/** OpenSSL passes over what is no certificate: nobody would be trusted, and nobody told why. */
async function authorityOf(file: string): Promise<string> {
  const text = await readText(file);
  const blocks = text.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? [];
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch {
    throw raise.GATEWAY_CERTIFICATE_INVALID({ file, cause: 'one of its certificates cannot be read' });
  }
  if (blocks.length === 0) throw raise.GATEWAY_CERTIFICATE_INVALID({ file, cause: 'there is no certificate in it' });
  return text;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw raise.GATEWAY_CERTIFICATE_INVALID({ file, cause: (cause as NodeJS.ErrnoException).code ?? 'unreadable' });
  }
}
