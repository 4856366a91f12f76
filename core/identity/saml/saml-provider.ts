import { createHash, randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { KeyValue } from '@backplane/sdk';
import type { SamlProviderConfig } from '../../config/auth-config.ts';
import { raise } from '../../errors/catalogue.ts';
import type { Flow } from '../flow/browser-flow.ts';
import type { ExternalPerson } from '../flow/external-person.ts';
import { isAllowedDomain, normalEmail } from '../users/user.ts';
import type { SamlAssertion } from './check-response.ts';
import { NS, POST_BINDING } from './saml-names.ts';
import { MOST_XML_BYTES, SamlProblem } from './saml-problem.ts';

/** One SAML identity provider. */
export interface SamlProvider {
  readonly config: SamlProviderConfig;
  /** Of this provider among the ways to sign in: `saml:<id>`. */
  readonly way: string;
  begin(returnTo: string): { readonly url: string; readonly flow: Flow };
  /** Who is meant by what was posted to us, once. @throws SAML_RESPONSE_REFUSED */
  accept(samlResponse: string): Promise<SamlPerson>;
  /** What an identity provider wants to know of us. */
  metadata(): string;
}

export interface SamlPerson extends ExternalPerson {
  /** The request that was answered; absent when the provider began by itself. */
  readonly inResponseTo?: string;
  readonly session?: string;
}

export interface SamlProviderOptions {
  readonly config: SamlProviderConfig;
  /** Remembers the assertions that have been taken, for all hosts. */
  readonly used: Pick<KeyValue, 'setIfAbsent'>;
  baseUrl(): string;
  now?(): number;
}

const EMAIL_FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
const EMAIL_NAMES = [
  'email',
  'mail',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
  'urn:oid:0.9.2342.19200300.100.1.3',
];
const NAME_NAMES = ['displayName', 'name', 'http://schemas.microsoft.com/identity/claims/displayname'];

export function createSamlProvider({ config, used, baseUrl, now = Date.now }: SamlProviderOptions): SamlProvider {
  const way = `saml:${config.id}`;
  const here = () => `${baseUrl()}/api/auth/saml/${config.id}`;
  const acsUrl = () => `${here()}/acs`;
  const audience = () => config.audience ?? `${here()}/metadata`;
  return {
    config,
    way,
    begin(returnTo) {
      const state = `_${randomBytes(20).toString('hex')}`;
      const url = new URL(config.signInUrl);
      url.searchParams.set('SAMLRequest', deflateRawSync(authnRequest(state)).toString('base64'));
      return { url: url.href, flow: { provider: way, returnTo, state } };
    },
    async accept(samlResponse) {
      const assertion = await checked(samlResponse);
      const { inResponseTo } = assertion;
      if (inResponseTo === undefined && !config.allowIdpInitiated) refuse('nobody asked for it');
      const key = createHash('sha256').update(`${config.entityId}\n${assertion.id}`).digest('base64url');
      const ttlMs = Math.max(assertion.until - now(), 1_000);
      if (!(await used.setIfAbsent(`assertion:${key}`, null, { ttlMs }))) refuse('it was used already');
      return personOf(config, way, assertion);
    },
    metadata: () => `<?xml version="1.0" encoding="UTF-8"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${escapeXml(audience())}">
  <SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="${NS.protocol}">
    <AssertionConsumerService Binding="${POST_BINDING}" Location="${escapeXml(acsUrl())}" index="0" isDefault="true"/>
  </SPSSODescriptor>
</EntityDescriptor>
`,
  };

  async function checked(samlResponse: string): Promise<SamlAssertion> {
    if (samlResponse.length > MOST_XML_BYTES * 1.5 || !/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(samlResponse))
      refuse('it is not Base64, or too large');
    try {
      const xml = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(samlResponse, 'base64'));
      // Loaded when somebody signs in so: most hosts need no XML.
      const { checkResponse } = await import('./check-response.ts');
      const { entityId: issuer, certificates } = config;
      const keys = config.keys.map(({ privateKey }) => privateKey);
      return checkResponse(xml, { issuer, certificates, keys, audience: audience(), acsUrl: acsUrl(), now: now() });
    } catch (error) {
      if (error instanceof SamlProblem) return refuse(error.message, error);
      if (error instanceof TypeError && (error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
        return refuse('it is not UTF-8', error);
      throw error;
    }
  }

  function authnRequest(id: string): string {
    return `<samlp:AuthnRequest xmlns:samlp="${NS.protocol}" xmlns:saml="${NS.assertion}" ID="${id}" Version="2.0" IssueInstant="${new Date(now()).toISOString()}" Destination="${escapeXml(config.signInUrl)}" AssertionConsumerServiceURL="${escapeXml(acsUrl())}" ProtocolBinding="${POST_BINDING}"><saml:Issuer>${escapeXml(audience())}</saml:Issuer></samlp:AuthnRequest>`;
  }
}

function refuse(cause: string, error?: Error): never {
  throw raise.SAML_RESPONSE_REFUSED({ cause }, error === undefined ? {} : { cause: error });
}

function personOf(config: SamlProviderConfig, way: string, assertion: SamlAssertion): SamlPerson {
  const { attributes, nameId, nameIdFormat, inResponseTo, sessionIndex } = assertion;
  const first = (names: readonly string[]) => names.map((name) => attributes.get(name)?.[0]).find((value) => value);
  const email =
    first(config.emailAttribute === undefined ? EMAIL_NAMES : [config.emailAttribute]) ??
    (nameIdFormat === EMAIL_FORMAT ? nameId : undefined);
  const name = first(config.nameAttribute === undefined ? NAME_NAMES : [config.nameAttribute]);
  const groups = attributes.get(config.groupsAttribute);
  return {
    provider: way,
    issuer: config.entityId,
    subject: nameId,
    // It speaks for the domains that it was given, and for no others.
    emailVerified: email !== undefined && isAllowedDomain(normalEmail(email), config.allowedDomains),
    ...(email !== undefined && { email }),
    ...(name !== undefined && { name: name.slice(0, 200) }),
    ...(groups !== undefined && { groups }),
    ...(inResponseTo !== undefined && { inResponseTo }),
    ...(sessionIndex !== undefined && { session: sessionIndex }),
  };
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escapeXml = (text: string) => text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);
