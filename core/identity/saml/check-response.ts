import type { Element } from '@xmldom/xmldom';
import { openResponse } from './open-response.ts';
import { equal, instant, notAfter, only, required, SKEW_MS, textOf } from './saml-checks.ts';
import { attribute, BEARER, childElements, childrenNamed, NS, plainText, SUCCESS } from './saml-names.ts';
import { SamlProblem } from './saml-problem.ts';

export interface SamlExpectations {
  /** Entity id of the identity provider. */
  readonly issuer: string;
  /** PEM. */
  readonly certificates: readonly string[];
  /** PEM; the private keys with which encrypted assertions are opened. */
  readonly keys: readonly string[];
  /** Our entity id. */
  readonly audience: string;
  /** Where responses are to be sent. */
  readonly acsUrl: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What an identity provider has signed about somebody, for us and for now. */
export interface SamlAssertion {
  readonly id: string;
  /** The request that it answers; absent when nobody asked. */
  readonly inResponseTo?: string;
  readonly nameId: string;
  readonly nameIdFormat?: string;
  /** Attributes of the NameID that belong to it when the provider is asked to end the session. */
  readonly nameQualifiers: Readonly<Record<string, string>>;
  readonly sessionIndex?: string;
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  /** Epoch milliseconds. It must not be taken twice until then. */
  readonly until: number;
}

/** Conditions of which we know that they ask nothing more of us than we do. */
const KNOWN_CONDITIONS = ['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'];

/** @throws SamlProblem for everything that is not exactly as it must be */
export function checkResponse(xml: string, expected: SamlExpectations): SamlAssertion {
  const { response, assertion } = openResponse(xml, expected);
  checkEnvelope(response, expected);
  equal('Issuer of the Assertion', textOf(only(assertion, 'Issuer')), expected.issuer);
  equal('Version', attribute(assertion, 'Version'), '2.0');
  const subject = only(assertion, 'Subject');
  const confirmation = confirmationOf(subject, expected);
  const answered = attribute(response, 'InResponseTo');
  if (answered !== undefined) equal('InResponseTo', confirmation.inResponseTo, answered);
  const conditionsEnd = checkConditions(only(assertion, 'Conditions'), expected);
  const statement = only(assertion, 'AuthnStatement');
  const sessionEnd = attribute(statement, 'SessionNotOnOrAfter');
  if (sessionEnd !== undefined) notAfter('session at the provider', sessionEnd, expected.now);
  const nameId = only(subject, 'NameID');
  const [format, sessionIndex] = [attribute(nameId, 'Format'), attribute(statement, 'SessionIndex')];
  return {
    id: required('ID of the Assertion', attribute(assertion, 'ID')),
    ...(confirmation.inResponseTo !== undefined && { inResponseTo: confirmation.inResponseTo }),
    nameId: required('NameID', textOf(nameId)),
    ...(format !== undefined && { nameIdFormat: format }),
    nameQualifiers: qualifiersOf(nameId),
    ...(sessionIndex !== undefined && { sessionIndex }),
    attributes: attributesOf(assertion),
    until: Math.max(confirmation.end, conditionsEnd) + SKEW_MS,
  };
}

function qualifiersOf(nameId: Element): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ['NameQualifier', 'SPNameQualifier'].flatMap((name) => {
      const value = attribute(nameId, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Unsigned where only the Assertion is signed: it can refuse, and gives nothing that is used. */
function checkEnvelope(response: Element, { issuer, acsUrl }: SamlExpectations): void {
  equal('Destination', attribute(response, 'Destination'), acsUrl);
  for (const named of childrenNamed(response, NS.assertion, 'Issuer'))
    equal('Issuer of the Response', textOf(named), issuer);
  const [status] = childrenNamed(response, NS.protocol, 'Status');
  const [code] = status === undefined ? [] : childrenNamed(status, NS.protocol, 'StatusCode');
  equal('Status', code && attribute(code, 'Value'), SUCCESS);
}

function confirmationOf(subject: Element, { acsUrl, now }: SamlExpectations) {
  const confirmation = only(subject, 'SubjectConfirmation');
  equal('Method of the SubjectConfirmation', attribute(confirmation, 'Method'), BEARER);
  const data = only(confirmation, 'SubjectConfirmationData');
  equal('Recipient', attribute(data, 'Recipient'), acsUrl);
  if (attribute(data, 'NotBefore') !== undefined) throw new SamlProblem('its SubjectConfirmationData has a NotBefore');
  const end = notAfter('confirmation of the subject', attribute(data, 'NotOnOrAfter'), now);
  const inResponseTo = attribute(data, 'InResponseTo');
  return { end, ...(inResponseTo !== undefined && { inResponseTo }) };
}

function checkConditions(conditions: Element, { audience, now }: SamlExpectations): number {
  const start = attribute(conditions, 'NotBefore');
  if (start !== undefined && instant(start) > now + SKEW_MS) throw new SamlProblem('it is not valid yet');
  const end = notAfter('Assertion', attribute(conditions, 'NotOnOrAfter'), now);
  const unknown = childElements(conditions).find((child) => !KNOWN_CONDITIONS.includes(child.localName ?? ''));
  if (unknown !== undefined)
    throw new SamlProblem(`it has the condition ${unknown.localName}, which is not known here`);
  const restrictions = childrenNamed(conditions, NS.assertion, 'AudienceRestriction');
  if (restrictions.length === 0) throw new SamlProblem('it does not say for which audience it is');
  for (const restriction of restrictions) {
    const audiences = childrenNamed(restriction, NS.assertion, 'Audience').map(textOf);
    if (!audiences.includes(audience)) throw new SamlProblem('it is for another audience');
  }
  return end;
}

function attributesOf(assertion: Element): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const statement of childrenNamed(assertion, NS.assertion, 'AttributeStatement')) {
    for (const element of childrenNamed(statement, NS.assertion, 'Attribute')) {
      const name = required('Name of an Attribute', attribute(element, 'Name'));
      if (found.has(name)) throw new SamlProblem(`it has the attribute ${name} twice`);
      const values = childrenNamed(element, NS.assertion, 'AttributeValue').map(plainText);
      found.set(
        name,
        values.filter((value) => value !== undefined),
      );
    }
  }
  return found;
}
