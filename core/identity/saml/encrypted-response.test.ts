import { expect, test } from 'vitest';
import { checkResponse } from './check-response.ts';
import { encrypted, encryptedByHand } from './encrypted.fixture.ts';
import { assertion, EXPECTED, part, pem, response, sign } from './response.fixture.ts';

const ENC = 'http://www.w3.org/2001/04/xmlenc#';
const ENC11 = 'http://www.w3.org/2009/xmlenc11#';
const accept = (xml: string, keys = [pem('sp.key')]) => checkResponse(xml, { ...EXPECTED, keys });
const why = (xml: string, keys?: string[]) => {
  try {
    accept(xml, keys);
  } catch (error) {
    return (error as Error).message;
  }
  return 'it was accepted';
};
const signedAssertion = part(sign(response(assertion())), 'Assertion');
const signResponse = (xml: string) => sign(xml, { element: 'Response' });
const ALIKE = 'what is encrypted is not, for a key of this host, one Assertion that the provider has signed';

test.each([128, 256])('a signed assertion, encrypted with AES-%i-GCM, is opened', async (bits) => {
  const xml = response(await encrypted(signedAssertion, { content: `${ENC11}aes${bits}-gcm` }));
  expect(accept(xml)).toMatchObject({ nameId: 'ada@example.com', sessionIndex: '_s1' });
});

test('an assertion without a signature of its own is taken from a signed response', async () => {
  expect(accept(signResponse(response(await encrypted(assertion())))).nameId).toBe('ada@example.com');
});

test('a signed assertion is taken from a signed response', async () => {
  expect(accept(signResponse(response(await encrypted(signedAssertion)))).nameId).toBe('ada@example.com');
});

test.each([false, true])('RSA-OAEP with SHA-256 is opened, the key inside or beside (%s)', (beside) => {
  expect(accept(response(encryptedByHand(signedAssertion, { beside }))).nameId).toBe('ada@example.com');
});

test('each of our keys may be the one, so that they can be exchanged', async () => {
  const xml = response(await encrypted(signedAssertion));
  expect(accept(xml, [pem('other.key'), pem('sp.key')]).nameId).toBe('ada@example.com');
});

test('AES-CBC, which anybody can change, is taken only under a signature', async () => {
  const plain = response(await encrypted(signedAssertion, { content: `${ENC}aes256-cbc` }));
  expect(why(plain)).toMatch(/AES-CBC is taken only/);
  expect(accept(signResponse(plain)).nameId).toBe('ada@example.com');
});

test('what was changed after the response was signed is not even decrypted', async () => {
  const xml = signResponse(response(await encrypted(assertion(), { content: `${ENC}aes128-cbc` })));
  const changed = xml.replace(/(CipherValue>)(.)/g, (_all, tag, first) => tag + (first === 'A' ? 'B' : 'A'));
  expect(why(changed)).toMatch(/not one of the configured certificates/);
});

test.each<[string, () => Promise<string> | string, RegExp]>([
  ['PKCS #1 1.5', async () => response(await encrypted(signedAssertion, { key: `${ENC}rsa-1_5` })), /RSA-OAEP/],
  [
    'PKCS #1 1.5 under a signature',
    async () => signResponse(response(await encrypted(assertion(), { key: `${ENC}rsa-1_5` }))),
    /RSA-OAEP/,
  ],
  [
    'triple DES under a signature',
    async () => signResponse(response(await encrypted(assertion(), { content: `${ENC}tripledes-cbc` }))),
    /algorithm of the encryption/,
  ],
  [
    'two hashes in one OAEP',
    () => response(encryptedByHand(signedAssertion, { mask: `${ENC11}mgf1sha1` })),
    /one hash/,
  ],
  [
    'a hash that nobody knows',
    () => response(encryptedByHand(signedAssertion, { digest: `${ENC}md5`, mask: `${ENC11}mgf1md5` })),
    /one hash/,
  ],
  [
    'two keys',
    async () =>
      response((await encrypted(signedAssertion)).replace(/<e:EncryptedKey[\s\S]*<\/e:EncryptedKey>/, '$&$&')),
    /exactly one EncryptedKey/,
  ],
  [
    'a reference to bytes elsewhere',
    async () =>
      response(
        (await encrypted(signedAssertion)).replace(
          /<xenc:CipherValue>[^<]*<\/xenc:CipherValue>(?=\s*<\/xenc:CipherData>\s*<\/xenc:EncryptedData>)/,
          '<xenc:CipherReference URI="http://127.0.0.1/"/>',
        ),
      ),
    /CipherValue/,
  ],
  [
    'a plain assertion beside it',
    async () => response(`${await encrypted(signedAssertion)}${assertion({ email: 'eve@example.com', id: '_e' })}`),
    /exactly one Assertion/,
  ],
  [
    'two of them',
    async () => response(`${await encrypted(signedAssertion)}${await encrypted(signedAssertion)}`),
    /exactly one Assertion/,
  ],
  [
    'one that stands elsewhere',
    async () => response(`<samlp:Extensions>${await encrypted(signedAssertion)}</samlp:Extensions>`),
    /not a child/,
  ],
  [
    'an encrypted name',
    () => response(signedAssertion.replace('<saml:NameID', '<saml:EncryptedID/><saml:NameID')),
    /encrypted by itself/,
  ],
])('%s is refused before a key of ours is used', async (_what, make, expected) => {
  expect(why(await make())).toMatch(expected);
});

test('without a key of its own, a host says so', async () => {
  expect(why(response(await encrypted(signedAssertion)), [])).toMatch(/has no key/);
});

/** Everybody can encrypt for us: what comes out is worth no more than what stands in the open. */
const evil = assertion({ email: 'eve@example.com', id: '_evil' });
const signature = part(signedAssertion, 'Signature');
const bare = signedAssertion.replace(signature, '');
const afterIssuer = (element: string, content: string) => element.replace('</saml:Issuer>', `</saml:Issuer>${content}`);
const inside = (element: string, content: string) =>
  element.replace(/<\/saml:Assertion>$/, `${content}</saml:Assertion>`);

test.each<[string, string]>([
  ['an assertion that nobody signed', evil],
  ['one that somebody else signed', part(sign(response(evil), { key: pem('other.key') }), 'Assertion')],
  ['a signed one that was changed', signedAssertion.replace('ada@', 'eve@')],
  ['a signed one inside another (XSW 4)', inside(evil, signedAssertion)],
  ['a signature that refers to one beside it (XSW 5)', afterIssuer(evil, signature)],
  [
    'a signature around the original (XSW 6)',
    afterIssuer(evil, signature.replace('</ds:Signature>', `<ds:Object>${bare}</ds:Object></ds:Signature>`)),
  ],
  ['the original in an extension (XSW 7)', afterIssuer(inside(evil, `<saml:Advice>${bare}</saml:Advice>`), signature)],
  [
    'the signed original in an object (XSW 8)',
    afterIssuer(evil, signature.replace('</ds:Signature>', `<ds:Object>${signedAssertion}</ds:Object></ds:Signature>`)),
  ],
  ['two assertions, one after the other', `${signedAssertion}${evil}`],
  ['a whole response', sign(response(assertion()))],
  ['one more that is encrypted', `<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>`],
  ['a document type', `<!DOCTYPE x [<!ENTITY a "b">]>${signedAssertion}`],
  ['a comment in the name', signedAssertion.replace('ada@example.com', 'ada@<!---->example.com')],
  ['no XML', 'hello'],
  ['nothing but a space', ' '],
])('inside what is encrypted, %s is refused, and the answer is the same for all', async (_what, content) => {
  expect(why(response(await encrypted(content)))).toBe(ALIKE);
});

test('the answer is the same too for a wrong key, a wrong hash, a changed byte and a short tag', async () => {
  const good = await encrypted(signedAssertion);
  const change = (index: number) => {
    let seen = -1;
    return good.replace(/(CipherValue>)(.{20})(.)/g, (all, tag, start, next) =>
      ++seen === index ? tag + start + (next === 'A' ? 'B' : 'A') : all,
    );
  };
  const answers = [
    await encrypted(signedAssertion, { certificate: pem('other.crt') }),
    encryptedByHand(signedAssertion, { hash: 'sha1' }),
    encryptedByHand(signedAssertion, { cut: 4 }),
    encryptedByHand(''),
    change(0),
    change(1),
  ].map((text) => why(response(text)));
  expect(answers).toEqual(answers.map(() => ALIKE));
});

test('a wrapped assertion is refused in a signed response as well', async () => {
  expect(why(signResponse(response(await encrypted(inside(evil, signedAssertion)))))).toBe(ALIKE);
});
