import { createPublicKey, sign, verify } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { SIGNATURES } from './saml-names.ts';
import { MOST_XML_BYTES, SamlProblem } from './saml-problem.ts';

/** What a message is called on its way. */
export type SamlField = 'SAMLRequest' | 'SAMLResponse';

/** A message on its way to the identity provider, by whichever binding. */
export type Outgoing =
  | { readonly by: 'redirect'; readonly url: string }
  | { readonly by: 'post'; readonly url: string; readonly fields: Readonly<Record<string, string>> };

export interface OutgoingMessage {
  readonly field: SamlField;
  readonly xml: string;
  readonly relayState?: string | undefined;
}

/** The HTTP-Redirect binding. `privateKey`: PEM; without it nothing is signed. */
export function redirectTo(target: string, message: OutgoingMessage, privateKey: string | undefined): string {
  const { field, xml, relayState } = message;
  const pairs = [[field, deflateRawSync(xml).toString('base64')]];
  if (relayState !== undefined) pairs.push(['RelayState', relayState]);
  if (privateKey !== undefined) pairs.push(['SigAlg', SIGNATURES[0]]);
  const query = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value!)}`).join('&');
  const signature =
    privateKey === undefined
      ? ''
      : `&Signature=${encodeURIComponent(sign('sha256', Buffer.from(query), privateKey).toString('base64'))}`;
  return `${target}${target.includes('?') ? '&' : '?'}${query}${signature}`;
}

export interface Received {
  readonly field: SamlField;
  readonly xml: string;
  readonly relayState?: string;
}

const NAMES = ['SAMLRequest', 'SAMLResponse', 'RelayState', 'SigAlg', 'Signature'];

/**
 * What came by the HTTP-Redirect binding, when one of the certificates has signed it. The signature is over the query as it was
 * sent, byte by byte; `query` is without `?`.
 * @throws SamlProblem
 */
export function readRedirect(query: string, certificates: readonly string[]): Received {
  const sent = new Map<string, string>();
  for (const pair of query.split('&')) {
    const [name, value = ''] = [pair.split('=', 1)[0]!, pair.slice(pair.indexOf('=') + 1)];
    if (!NAMES.includes(name)) continue;
    if (sent.has(name)) throw new SamlProblem(`it has ${name} twice`);
    sent.set(name, value);
  }
  const fields = (['SAMLRequest', 'SAMLResponse'] as const).filter((name) => sent.has(name));
  const [field] = fields;
  if (field === undefined || fields.length > 1) throw new SamlProblem('it has not exactly one message');
  const value = (name: string) => {
    try {
      return decodeURIComponent(sent.get(name)!.replaceAll('+', ' '));
    } catch {
      throw new SamlProblem(`its ${name} cannot be read`);
    }
  };
  if (!sent.has('SigAlg') || !sent.has('Signature')) throw new SamlProblem('it is not signed');
  const hash = new Map<string, string>([
    [SIGNATURES[0], 'sha256'],
    [SIGNATURES[1], 'sha512'],
  ]).get(value('SigAlg'));
  if (hash === undefined) throw new SamlProblem('the signature algorithm is not one that is allowed');
  const signed = [field, 'RelayState', 'SigAlg'].filter((name) => sent.has(name));
  const bytes = Buffer.from(signed.map((name) => `${name}=${sent.get(name)}`).join('&'));
  const signature = Buffer.from(value('Signature'), 'base64');
  if (!certificates.some((certificate) => isSignedBy(certificate, hash, bytes, signature)))
    throw new SamlProblem('the signature is not one of the configured certificates over these bytes');
  return { field, xml: inflated(value(field)), ...(sent.has('RelayState') && { relayState: value('RelayState') }) };
}

function isSignedBy(certificate: string, hash: string, bytes: Buffer, signature: Buffer): boolean {
  const key = createPublicKey(certificate);
  return key.asymmetricKeyType === 'rsa' && verify(hash, bytes, key, signature);
}

function inflated(text: string): string {
  try {
    return utf8(inflateRawSync(Buffer.from(text, 'base64'), { maxOutputLength: MOST_XML_BYTES }));
  } catch (cause) {
    throw new SamlProblem('its message cannot be unpacked, or is too large', { cause });
  }
}

const utf8 = (bytes: Buffer) => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

/** What came by the HTTP-POST binding; its signature is inside. @throws SamlProblem */
export function readPosted(text: string): string {
  if (text.length > MOST_XML_BYTES * 1.5 || !/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text))
    throw new SamlProblem('it is not Base64, or too large');
  try {
    return utf8(Buffer.from(text, 'base64'));
  } catch (cause) {
    throw new SamlProblem('it is not UTF-8', { cause });
  }
}
