import { readFileSync } from 'node:fs';
import { SignedXml } from 'xml-crypto';
import type { SamlExpectations } from './check-response.ts';

export const pem = (name: string) => readFileSync(new URL(`fixtures/${name}.pem`, import.meta.url), 'utf8');

export const NOW = Date.parse('2030-01-01T12:00:00Z');
const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();

export const EXPECTED: SamlExpectations = {
  issuer: 'https://idp.example/saml',
  certificates: [pem('idp.crt')],
  keys: [],
  audience: 'https://flows.example/sp',
  acsUrl: 'https://flows.example/api/auth/saml/idp/acs',
  now: NOW,
};

export const SHA256 = {
  signature: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
} as const;

const SAML = 'urn:oasis:names:tc:SAML:2.0';

export interface Wording {
  readonly id?: string;
  readonly issuer?: string;
  readonly email?: string;
  readonly recipient?: string;
  readonly inResponseTo?: string;
  readonly audience?: string | null;
  readonly notBefore?: string;
  readonly until?: string;
  readonly confirmedUntil?: string | null;
  readonly moreConditions?: string;
  readonly moreAttributes?: string;
}

/** An assertion as an honest provider writes it, but for what is said otherwise. */
export function assertion(words: Wording = {}): string {
  const { id = '_a1', issuer = EXPECTED.issuer, email = 'ada@example.com', recipient = EXPECTED.acsUrl } = words;
  const { inResponseTo = '_r1', audience = EXPECTED.audience, notBefore = at(-1), until = at(5) } = words;
  const { confirmedUntil = at(5), moreConditions = '', moreAttributes = '' } = words;
  const restriction =
    audience === null
      ? ''
      : `<saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction>`;
  const end = confirmedUntil === null ? '' : ` NotOnOrAfter="${confirmedUntil}"`;
  return `<saml:Assertion xmlns:saml="${SAML}:assertion" ID="${id}" Version="2.0" IssueInstant="${at(0)}"><saml:Issuer>${issuer}</saml:Issuer><saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">${email}</saml:NameID><saml:SubjectConfirmation Method="${SAML}:cm:bearer"><saml:SubjectConfirmationData Recipient="${recipient}" InResponseTo="${inResponseTo}"${end}/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${notBefore}" NotOnOrAfter="${until}">${restriction}${moreConditions}</saml:Conditions><saml:AuthnStatement AuthnInstant="${at(0)}" SessionIndex="_s1"/><saml:AttributeStatement><saml:Attribute Name="groups"><saml:AttributeValue>soc</saml:AttributeValue></saml:Attribute>${moreAttributes}</saml:AttributeStatement></saml:Assertion>`;
}

export interface Envelope {
  readonly destination?: string;
  readonly issuer?: string;
  readonly status?: string;
  readonly inResponseTo?: string;
}

export function response(content: string, words: Envelope = {}): string {
  const { destination = EXPECTED.acsUrl, issuer = EXPECTED.issuer, status = 'Success', inResponseTo = '_r1' } = words;
  return `<samlp:Response xmlns:samlp="${SAML}:protocol" xmlns:saml="${SAML}:assertion" ID="_resp" Version="2.0" IssueInstant="${at(0)}" Destination="${destination}" InResponseTo="${inResponseTo}"><saml:Issuer>${issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="${SAML}:status:${status}"/></samlp:Status>${content}</samlp:Response>`;
}

export interface Signing {
  readonly element?: 'Assertion' | 'Response';
  readonly key?: string;
  readonly certificate?: string;
  readonly signature?: string;
  readonly digest?: string;
  readonly canonical?: string;
  readonly transforms?: readonly string[];
  readonly hmac?: boolean;
}

/** Signs an element of the document as a provider does: the Signature stands after its Issuer. */
export function sign(xml: string, how: Signing = {}): string {
  const { element = 'Assertion', key = pem('idp.key'), certificate = pem('idp.crt') } = how;
  const { signature = SHA256.signature, digest = SHA256.digest } = how;
  const canonical = how.canonical ?? 'http://www.w3.org/2001/10/xml-exc-c14n#';
  const transforms = how.transforms ?? ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', canonical];
  const path = `//*[local-name(.)='${element}']`;
  const signer = new SignedXml({
    privateKey: key,
    publicCert: certificate,
    signatureAlgorithm: signature as typeof SHA256.signature,
    canonicalizationAlgorithm: canonical as 'http://www.w3.org/2001/10/xml-exc-c14n#',
  });
  if (how.hmac === true) signer.enableHMAC();
  signer.addReference({
    xpath: path,
    digestAlgorithm: digest as typeof SHA256.digest,
    transforms: [...transforms] as never,
  });
  signer.computeSignature(xml, {
    location: { reference: `${path}/*[local-name(.)='Issuer']`, action: 'after' },
    prefix: 'ds',
  });
  return signer.getSignedXml();
}

export const part = (xml: string, name: string) =>
  new RegExp(`<(\\w+:)?${name}[ >][\\s\\S]*</(\\w+:)?${name}>`).exec(xml)![0];
