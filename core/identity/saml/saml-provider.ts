import { createHash } from 'node:crypto';
import type { KeyValue } from '@backplane/sdk';
import type { SamlProviderConfig } from '../../config/auth-config.ts';
import { raise } from '../../errors/catalogue.ts';
import type { Flow } from '../flow/browser-flow.ts';
import type { ExternalPerson } from '../flow/external-person.ts';
import { isAllowedDomain, normalEmail } from '../users/user.ts';
import type { SamlAssertion } from './check-response.ts';
import { ownAddresses } from './own-addresses.ts';
import { readPosted, redirectTo } from './saml-bindings.ts';
import { createSamlLogout, type SamlLogout } from './saml-logout.ts';
import { authnRequest, newMessageId, type SamlName } from './saml-messages.ts';
import { ownMetadata } from './saml-metadata.ts';
import { SamlProblem } from './saml-problem.ts';

/** One SAML identity provider. */
export interface SamlProvider {
  readonly config: SamlProviderConfig;
  /** Of this provider among the ways to sign in: `saml:<id>`. */
  readonly way: string;
  begin(returnTo: string): { readonly url: string; readonly flow: Flow };
  /** Who is meant by what was posted to us, once. @throws SAML_RESPONSE_REFUSED */
  accept(samlResponse: string): Promise<SamlPerson>;
  /** Undefined: neither side tells the other. */
  readonly logout: SamlLogout | undefined;
  /** What an identity provider wants to know of us. */
  metadata(): string;
}

export interface SamlPerson extends ExternalPerson {
  /** The request that was answered; absent when the provider began by itself. */
  readonly inResponseTo?: string;
  readonly session?: string;
  /** How the provider calls them, for the day on which it is asked to end the session. */
  readonly samlName: SamlName;
}

export interface SamlProviderOptions {
  readonly config: SamlProviderConfig;
  /** Remembers what has been taken and sent, for all hosts. */
  readonly used: KeyValue;
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
  const addresses = ownAddresses({ id: config.id, audience: config.audience, baseUrl });
  const { signOutUrl } = config;
  return {
    config,
    way,
    logout:
      signOutUrl === undefined
        ? undefined
        : createSamlLogout({ config: { ...config, signOutUrl }, store: used, addresses, now }),
    begin(returnTo) {
      const state = newMessageId();
      const head = { id: state, issuer: addresses.entityId(), destination: config.signInUrl, now: now() };
      const xml = authnRequest(head, addresses.acsUrl());
      const url = redirectTo(config.signInUrl, { field: 'SAMLRequest', xml }, config.keys[0]?.privateKey);
      return { url, flow: { provider: way, returnTo, state } };
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
    metadata: () =>
      ownMetadata({
        entityId: addresses.entityId(),
        acsUrl: addresses.acsUrl(),
        signOutUrl: signOutUrl === undefined ? undefined : addresses.signOutUrl(),
        certificates: config.keys.map(({ certificate }) => certificate),
      }),
  };

  async function checked(samlResponse: string): Promise<SamlAssertion> {
    try {
      const xml = readPosted(samlResponse);
      // Loaded when somebody signs in so: most hosts need no XML.
      const { checkResponse } = await import('./check-response.ts');
      const { entityId: issuer, certificates } = config;
      const keys = config.keys.map(({ privateKey }) => privateKey);
      const [audience, acsUrl] = [addresses.entityId(), addresses.acsUrl()];
      return checkResponse(xml, { issuer, certificates, keys, audience, acsUrl, now: now() });
    } catch (error) {
      if (error instanceof SamlProblem) return refuse(error.message, error);
      throw error;
    }
  }
}

function refuse(cause: string, error?: Error): never {
  throw raise.SAML_RESPONSE_REFUSED({ cause }, error === undefined ? {} : { cause: error });
}

function personOf(config: SamlProviderConfig, way: string, assertion: SamlAssertion): SamlPerson {
  const { attributes, nameId, nameIdFormat, nameQualifiers, inResponseTo, sessionIndex } = assertion;
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
    samlName: {
      value: nameId,
      ...(nameIdFormat !== undefined && { format: nameIdFormat }),
      qualifiers: nameQualifiers,
    },
    // It speaks for the domains that it was given, and for no others.
    emailVerified: email !== undefined && isAllowedDomain(normalEmail(email), config.allowedDomains),
    ...(email !== undefined && { email }),
    ...(name !== undefined && { name: name.slice(0, 200) }),
    ...(groups !== undefined && { groups }),
    ...(inResponseTo !== undefined && { inResponseTo }),
    ...(sessionIndex !== undefined && { session: sessionIndex }),
  };
}
