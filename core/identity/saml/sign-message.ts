import { SignedXml } from 'xml-crypto';
import { NS, SIGNATURES } from './saml-names.ts';

export interface KeyPair {
  /** PEM. */
  readonly privateKey: string;
  readonly certificate: string;
}

/** Puts a signature of the whole message behind its Issuer, for the HTTP-POST binding. */
export function signMessage(xml: string, { privateKey, certificate }: KeyPair): string {
  const signer = new SignedXml({
    privateKey,
    publicCert: certificate,
    signatureAlgorithm: SIGNATURES[0],
    canonicalizationAlgorithm: NS.exclusive,
  });
  signer.addReference({
    xpath: '/*',
    digestAlgorithm: `${NS.encryption}sha256`,
    transforms: [`${NS.signature}enveloped-signature`, NS.exclusive],
  });
  signer.computeSignature(xml, {
    location: { reference: "/*/*[local-name(.)='Issuer']", action: 'after' },
    prefix: 'ds',
  });
  return signer.getSignedXml();
}
