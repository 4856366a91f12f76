import { expect, test } from 'vitest';
import { checkResponse } from './check-response.ts';
import { assertion, EXPECTED, NOW, part, pem, response, sign, type Wording } from './response.fixture.ts';

const accept = (xml: string, more: Partial<typeof EXPECTED> = {}) => checkResponse(xml, { ...EXPECTED, ...more });
const signed = (words: Wording = {}) => sign(response(assertion(words)));
const later = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

test('a signed assertion says who it is about', () => {
  expect(accept(signed())).toMatchObject({
    id: '_a1',
    inResponseTo: '_r1',
    nameId: 'ada@example.com',
    sessionIndex: '_s1',
    attributes: new Map([['groups', ['soc']]]),
  });
});

test('a signed response says it as well', () => {
  expect(accept(sign(response(assertion()), { element: 'Response' })).nameId).toBe('ada@example.com');
});

test('both may be signed, and then both signatures have to hold', () => {
  expect(accept(sign(sign(response(assertion())), { element: 'Response' })).nameId).toBe('ada@example.com');
});

test('any of the configured certificates may be the one, so that they can be exchanged', () => {
  expect(accept(signed(), { certificates: [pem('other.crt'), pem('idp.crt')] }).nameId).toBe('ada@example.com');
});

const refused: readonly (readonly [what: string, make: () => string, why: RegExp])[] = [
  ['no signature', () => response(assertion()), /neither the Response nor the Assertion/],
  ['a changed address', () => signed().replace('ada@example.com', 'eve@example.com'), /not one of the configured/],
  [
    'the signature of somebody else, with their certificate beside it',
    () => sign(response(assertion()), { key: pem('other.key'), certificate: pem('other.crt') }),
    /not one of the configured/,
  ],
  [
    'SHA-1 in the signature',
    () =>
      signed()
        .replace('xmldsig-more#rsa-sha256', 'x')
        .replace('http://www.w3.org/2001/04/x', 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'),
    /signature algorithm/,
  ],
  [
    'SHA-1 that holds',
    () => sign(response(assertion()), { signature: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }),
    /signature algorithm/,
  ],
  [
    'a SHA-1 digest',
    () => sign(response(assertion()), { digest: 'http://www.w3.org/2000/09/xmldsig#sha1' }),
    /digest algorithm/,
  ],
  [
    'an HMAC with the certificate as its key',
    () =>
      sign(response(assertion()), {
        signature: 'http://www.w3.org/2000/09/xmldsig#hmac-sha1',
        key: pem('idp.crt'),
        hmac: true,
      }),
    /signature algorithm/,
  ],
  [
    'canonical form with comments',
    () => sign(response(assertion()), { canonical: 'http://www.w3.org/2001/10/xml-exc-c14n#WithComments' }),
    /canonical form/,
  ],
  [
    'a transform that is not needed',
    () =>
      signed().replace(
        '</ds:Transforms>',
        '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/></ds:Transforms>',
      ),
    /transforms/,
  ],
  [
    'another Destination',
    () => sign(response(assertion(), { destination: 'https://evil.example/acs' })),
    /Destination/,
  ],
  [
    'another Issuer of the Response',
    () => sign(response(assertion(), { issuer: 'https://evil.example' })),
    /Issuer of the Response/,
  ],
  ['another Issuer of the Assertion', () => signed({ issuer: 'https://evil.example' }), /Issuer of the Assertion/],
  ['another Recipient', () => signed({ recipient: 'https://evil.example/acs' }), /Recipient/],
  ['another Audience', () => signed({ audience: 'https://evil.example' }), /another audience/],
  ['no Audience', () => signed({ audience: null }), /for which audience/],
  [
    'a second AudienceRestriction that leaves us out',
    () =>
      signed({
        moreConditions: '<saml:AudienceRestriction><saml:Audience>x</saml:Audience></saml:AudienceRestriction>',
      }),
    /another audience/,
  ],
  ['a condition that nobody knows', () => signed({ moreConditions: '<saml:Condition/>' }), /not known here/],
  ['an answer to two requests', () => sign(response(assertion(), { inResponseTo: '_r2' })), /InResponseTo/],
  ['a status that is no success', () => sign(response(assertion(), { status: 'Requester' })), /Status/],
  ['an assertion that has expired', () => signed({ until: later(-61) }), /has expired/],
  ['a confirmation that has expired', () => signed({ confirmedUntil: later(-61) }), /has expired/],
  ['a confirmation without an end', () => signed({ confirmedUntil: null }), /has no end/],
  ['an assertion from the future', () => signed({ notBefore: later(61) }), /not valid yet/],
  ['a time that is none', () => signed({ until: '2099-01-01' }), /cannot be read/],
  [
    'the same attribute twice',
    () =>
      signed({
        moreAttributes:
          '<saml:Attribute Name="groups"><saml:AttributeValue>admins</saml:AttributeValue></saml:Attribute>',
      }),
    /twice/,
  ],
  [
    'a comment in the address',
    () =>
      signed({ email: 'ada@example.com.evil.example' }).replace('ada@example.com.evil', 'ada@example.com<!---->.evil'),
    /comment/,
  ],
  ['a document type', () => `<!DOCTYPE r [<!ENTITY a "1">]>${signed()}`, /document type/],
  [
    'a bomb of entities',
    () => `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>${signed({ email: '&b;' })}`,
    /document type/,
  ],
  ['an entity that is not one of XML', () => signed().replace('ada@', '&nbsp;ada@'), /entity/],
  ['a CDATA section', () => signed().replace('ada@example.com', '<![CDATA[ada@example.com]]>'), /CDATA/],
  ['a processing instruction', () => signed().replace('ada@', '<?x y?>ada@'), /processing instruction/],
  [
    'a stylesheet before it',
    () => `<?xml version="1.0"?><?xml-stylesheet href="x"?>${signed()}`,
    /processing instruction/,
  ],
  ['too much of it', () => signed({ moreAttributes: 'x'.repeat(300_000) }), /bytes/],
  ['elements too deep', () => response(`${'<a>'.repeat(40)}${'</a>'.repeat(40)}`), /deep/],
  ['too many elements', () => response('<a/>'.repeat(6_000)), /more than 5000/],
  ['what is not XML', () => '<Response', /well-formed|not a SAML/],
  ['an element with an attribute twice', () => signed().replace('ID="_resp"', 'ID="_resp" ID="_x"'), /well-formed/],
  [
    'another kind of message',
    () => signed().replaceAll('samlp:Response', 'samlp:LogoutRequest'),
    /not a SAML 2.0 Response/,
  ],
  [
    'a part that is encrypted by itself',
    () => signed({ moreAttributes: '<saml:EncryptedAttribute/>' }),
    /encrypted by itself/,
  ],
  [
    'two assertions',
    () =>
      sign(response(assertion())).replace(
        '</samlp:Response>',
        `${assertion({ id: '_a2', email: 'eve@example.com' })}</samlp:Response>`,
      ),
    /exactly one Assertion/,
  ],
  [
    'a signed assertion in a response that somebody else signed',
    () => sign(sign(response(assertion())), { element: 'Response', key: pem('other.key') }),
    /not one of the configured/,
  ],
  [
    'an assertion that somebody else signed in a signed response',
    () => sign(sign(response(assertion()), { key: pem('other.key') }), { element: 'Response' }),
    /not one of the configured/,
  ],
  [
    'two signatures of the same element',
    () => signed().replace(/(<ds:Signature [\s\S]*<\/ds:Signature>)/, '$1$1'),
    /not exactly one Signature/,
  ],
  [
    'a signature over something that stands elsewhere',
    () =>
      response(
        `${assertion({ email: 'eve@example.com', id: '_a2' })}<samlp:Extensions>${part(sign(response(assertion())), 'Signature')}</samlp:Extensions>`,
      ),
    /neither a child/,
  ],
  [
    'a signature with something beside it',
    () => signed().replace('</ds:Signature>', '<ds:Object>x</ds:Object></ds:Signature>'),
    /holds more/,
  ],
  [
    'two references',
    () => signed().replace('</ds:Reference>', '</ds:Reference><ds:Reference URI="#_resp"/>'),
    /exactly one Reference/,
  ],
  ['a reference to the whole document', () => signed().replace('URI="#_a1"', 'URI=""'), /does not refer/],
  ['the same ID in another spelling', () => signed().replace('<samlp:Status>', '<samlp:Status Id="_a1">'), /same ID/],
  [
    'an ID that only looks like one',
    () => signed().replace('ID="_a1"', 'saml:ID="_a1" ID="_a9"'),
    /does not refer|same ID/,
  ],
];

test.each(refused)('%s is refused', (_what, make, why) => {
  expect(() => accept(make())).toThrow(why);
});

test('a clock that is a minute off does not matter', () => {
  expect(accept(signed({ notBefore: later(59), until: later(-59), confirmedUntil: later(-59) })).nameId).toBe(
    'ada@example.com',
  );
});

/** The eight ways of Somorovsky et al. to wrap what was signed around what is meant to be read. */
const original = sign(response(assertion()));
const signedWhole = sign(response(assertion()), { element: 'Response' });
const evil = assertion({ email: 'eve@example.com', id: '_evil' });
const originalAssertion = part(original, 'Assertion');
const signature = part(original, 'Signature');
const bare = originalAssertion.replace(signature, '');
const wholeSignature = part(signedWhole, 'Signature');
const evilResponse = (content: string) => response(content).replace('ID="_resp"', 'ID="_evilresp"');
const inside = (element: string, content: string, tag: string) =>
  element.replace(new RegExp(`</${tag}>$`), `${content}</${tag}>`);
const afterIssuer = (element: string, content: string) => element.replace('</saml:Issuer>', `</saml:Issuer>${content}`);

test.each([
  [
    '1',
    evilResponse(`${wholeSignature}${evil}`).replace(
      '</ds:Signature>',
      `<ds:Object>${signedWhole.replace(wholeSignature, '')}</ds:Object></ds:Signature>`,
    ),
  ],
  ['2', evilResponse(`${signedWhole.replace(wholeSignature, '')}${wholeSignature}${evil}`)],
  ['3', response(`${evil}${originalAssertion}`)],
  ['4', response(inside(evil, originalAssertion, 'saml:Assertion'))],
  ['5', response(`${afterIssuer(evil, signature)}${bare}`)],
  [
    '6',
    response(afterIssuer(evil, signature.replace('</ds:Signature>', `<ds:Object>${bare}</ds:Object></ds:Signature>`))),
  ],
  ['7', response(`<samlp:Extensions>${bare}</samlp:Extensions>${afterIssuer(evil, signature)}`)],
  [
    '8',
    response(
      afterIssuer(
        evil,
        signature.replace('</ds:Signature>', `<ds:Object>${originalAssertion}</ds:Object></ds:Signature>`),
      ),
    ),
  ],
])('wrapping attack %s is refused', (_number, xml) => {
  expect(() => accept(xml)).toThrow(/exactly one|holds more|child of|refer|configured/);
});

test('the key that a message brings itself is never used', () => {
  const forged = sign(response(assertion({ email: 'eve@example.com' })), {
    key: pem('other.key'),
    certificate: pem('other.crt'),
  });
  expect(forged).toContain('X509Certificate');
  expect(() => accept(forged)).toThrow(/configured certificates/);
});
