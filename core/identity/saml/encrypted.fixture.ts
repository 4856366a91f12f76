import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { pem } from './response.fixture.ts';

const ENC = 'http://www.w3.org/2001/04/xmlenc#';
const ENC11 = 'http://www.w3.org/2009/xmlenc11#';

type Encrypt = (xml: string, options: object, done: (error: Error | null, encrypted: string) => void) => void;
const { encrypt } = createRequire(import.meta.url)('xml-encryption') as { encrypt: Encrypt };

export interface Encrypting {
  readonly content?: string;
  readonly key?: string;
  /** Whose key is used. */
  readonly certificate?: string;
}

/** An EncryptedAssertion as an independent library makes it. */
export async function encrypted(xml: string, how: Encrypting = {}): Promise<string> {
  const { content = `${ENC11}aes256-gcm`, key = `${ENC}rsa-oaep-mgf1p`, certificate = pem('sp.crt') } = how;
  const text = await new Promise<string>((done, failed) =>
    encrypt(
      xml,
      {
        rsa_pub: certificate,
        pem: certificate,
        encryptionAlgorithm: content,
        keyEncryptionAlgorithm: key,
        disallowEncryptionWithInsecureAlgorithm: false,
        warnInsecureAlgorithm: false,
      },
      (error, made) => (error === null ? done(made) : failed(error)),
    ),
  );
  return wrap(text);
}

const wrap = (text: string) =>
  `<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${text}</saml:EncryptedAssertion>`;

export interface HandMade {
  readonly digest?: string;
  readonly mask?: string;
  readonly hash?: string;
  /** The EncryptedKey beside the EncryptedData, as some providers have it. */
  readonly beside?: boolean;
  readonly cut?: number;
}

/** With RSA-OAEP of XML Encryption 1.1, which that library does not know. */
export function encryptedByHand(xml: string, how: HandMade = {}): string {
  const { hash = 'sha256', digest = `${ENC}sha256`, mask = `${ENC11}mgf1sha256`, beside = false, cut = 0 } = how;
  const [key, iv] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv('aes-128-gcm', key, iv);
  const body = Buffer.concat([iv, cipher.update(xml, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  const wrapped = publicEncrypt({ key: pem('sp.crt'), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash }, key);
  const value = (bytes: Buffer) =>
    `<xenc:CipherData><xenc:CipherValue>${bytes.toString('base64')}</xenc:CipherValue></xenc:CipherData>`;
  const encryptedKey = `<xenc:EncryptedKey xmlns:xenc="${ENC}"><xenc:EncryptionMethod Algorithm="${ENC11}rsa-oaep"><ds:DigestMethod xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Algorithm="${digest}"/><x:MGF xmlns:x="${ENC11}" Algorithm="${mask}"/></xenc:EncryptionMethod>${value(wrapped)}</xenc:EncryptedKey>`;
  const info = beside ? '' : `<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${encryptedKey}</ds:KeyInfo>`;
  return wrap(
    `<xenc:EncryptedData xmlns:xenc="${ENC}"><xenc:EncryptionMethod Algorithm="${ENC11}aes128-gcm"/>${info}${value(body.subarray(0, body.length - cut))}</xenc:EncryptedData>${beside ? encryptedKey : ''}`,
  );
}
