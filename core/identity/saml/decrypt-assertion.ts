import { constants, createDecipheriv, privateDecrypt } from 'node:crypto';
import type { Element } from '@xmldom/xmldom';
import { attribute, childElements, childrenNamed, NS, plainText } from './saml-names.ts';
import { SamlProblem } from './saml-problem.ts';

interface ContentCipher {
  readonly name: string;
  readonly keyBytes: number;
  readonly ivBytes: number;
  readonly isAuthenticated: boolean;
}

const gcm = (bits: number): ContentCipher => ({
  name: `aes-${bits}-gcm`,
  keyBytes: bits / 8,
  ivBytes: 12,
  isAuthenticated: true,
});
const cbc = (bits: number): ContentCipher => ({
  name: `aes-${bits}-cbc`,
  keyBytes: bits / 8,
  ivBytes: 16,
  isAuthenticated: false,
});
const CONTENT: ReadonlyMap<string, ContentCipher> = new Map([
  [`${NS.encryption11}aes128-gcm`, gcm(128)],
  [`${NS.encryption11}aes192-gcm`, gcm(192)],
  [`${NS.encryption11}aes256-gcm`, gcm(256)],
  [`${NS.encryption}aes128-cbc`, cbc(128)],
  [`${NS.encryption}aes192-cbc`, cbc(192)],
  [`${NS.encryption}aes256-cbc`, cbc(256)],
]);
const HASHES: ReadonlyMap<string, string> = new Map([
  [`${NS.signature}sha1`, 'sha1'],
  [`${NS.encryption}sha256`, 'sha256'],
  [`${NS.encryption}sha512`, 'sha512'],
  [`${NS.encryption11}mgf1sha1`, 'sha1'],
  [`${NS.encryption11}mgf1sha256`, 'sha256'],
  [`${NS.encryption11}mgf1sha512`, 'sha512'],
]);
const TAG_BYTES = 16;

export interface Decryption {
  /** PEM; any of them may be the one. */
  readonly keys: readonly string[];
  /** A signature of the provider covers what is encrypted. Without one, only ciphers are taken that nobody can change unseen. */
  readonly isSigned: boolean;
}

/**
 * Checks the outside of an EncryptedAssertion, and answers what opens it. RSA with the padding of PKCS #1 1.5 is never taken.
 * @throws SamlProblem for what everybody can see; what is answered throws whatever for what only the key tells
 */
export function decryptAssertion(encrypted: Element, { keys, isSigned }: Decryption): () => string {
  if (keys.length === 0) throw new SamlProblem('it is encrypted, and this host has no key for it');
  const data = one(encrypted, NS.encryption, 'EncryptedData');
  const info = childrenNamed(data, NS.signature, 'KeyInfo');
  const wrapped = [encrypted, ...info].flatMap((parent) => childrenNamed(parent, NS.encryption, 'EncryptedKey'));
  if (wrapped.length !== 1) throw new SamlProblem('there is not exactly one EncryptedKey');
  const cipher = CONTENT.get(methodOf(data).algorithm);
  if (cipher === undefined) throw new SamlProblem('the algorithm of the encryption is not one that is allowed');
  if (!cipher.isAuthenticated && !isSigned)
    throw new SamlProblem('AES-CBC is taken only in a Response that is signed; use AES-GCM');
  const oaepHash = oaepHashOf(wrapped[0]!);
  const [keyBytes, content] = [cipherValue(wrapped[0]!), cipherValue(data)];
  return () => decrypt(cipher, unwrap(keys, oaepHash, cipher.keyBytes, keyBytes), content);
}

/** The hash of RSA-OAEP, which has to be that of its mask as well. */
function oaepHashOf(wrapped: Element): string {
  const { algorithm, element } = methodOf(wrapped);
  const named = (namespace: string, name: string) => {
    const found = childrenNamed(element, namespace, name)[0];
    return found === undefined ? 'sha1' : HASHES.get(attribute(found, 'Algorithm') ?? '');
  };
  const digest = named(NS.signature, 'DigestMethod');
  const mask = named(NS.encryption11, 'MGF');
  const isOaep =
    algorithm === `${NS.encryption11}rsa-oaep` || (algorithm === `${NS.encryption}rsa-oaep-mgf1p` && mask === 'sha1');
  if (!isOaep || digest === undefined || digest !== mask)
    throw new SamlProblem('the key is encrypted in a way that is not allowed; use RSA-OAEP with one hash');
  return digest;
}

function unwrap(keys: readonly string[], oaepHash: string, bytes: number, wrapped: Buffer): Buffer {
  for (const key of keys) {
    try {
      const found = privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, wrapped);
      if (found.length === bytes) return found;
    } catch {
      // For another of our keys, or for none.
    }
  }
  throw new SamlProblem('no key of this host opens it');
}

function decrypt({ name, ivBytes, isAuthenticated }: ContentCipher, key: Buffer, content: Buffer): string {
  const iv = content.subarray(0, ivBytes);
  const end = isAuthenticated ? content.length - TAG_BYTES : content.length;
  if (end <= ivBytes) throw new SamlProblem('there is too little of it');
  const body = content.subarray(ivBytes, end);
  let plain: Buffer;
  if (isAuthenticated) {
    const decipher = createDecipheriv(name as 'aes-128-gcm', key, iv, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(content.subarray(end));
    plain = Buffer.concat([decipher.update(body), decipher.final()]);
  } else {
    // XML Encryption says how much padding there is in the last byte, and leaves the others to chance.
    const decipher = createDecipheriv(name, key, iv).setAutoPadding(false);
    const padded = Buffer.concat([decipher.update(body), decipher.final()]);
    const padding = padded.at(-1)!;
    if (padding < 1 || padding > 16) throw new SamlProblem('its padding is wrong');
    plain = padded.subarray(0, padded.length - padding);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(plain);
}

function methodOf(element: Element): { readonly algorithm: string; readonly element: Element } {
  const found = one(element, NS.encryption, 'EncryptionMethod');
  return { algorithm: attribute(found, 'Algorithm') ?? '', element: found };
}

function cipherValue(element: Element): Buffer {
  const data = one(element, NS.encryption, 'CipherData');
  const text = plainText(one(data, NS.encryption, 'CipherValue'))?.replace(/\s+/g, '');
  if (text === undefined || childElements(data).length !== 1 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text))
    throw new SamlProblem('its CipherData is not Base64 alone');
  return Buffer.from(text, 'base64');
}

function one(parent: Element, namespace: string, name: string): Element {
  const [found, ...more] = childrenNamed(parent, namespace, name);
  if (found === undefined || more.length > 0)
    throw new SamlProblem(`there is not exactly one ${name} where one belongs`);
  return found;
}
