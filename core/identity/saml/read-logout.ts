import type { Element } from '@xmldom/xmldom';
import { readSamlXml } from './read-saml-xml.ts';
import type { Received } from './saml-bindings.ts';
import { equal, instant, notAfter, only, required, SKEW_MS, textOf } from './saml-checks.ts';
import { allNamed, attribute, childrenNamed, NS, plainText, SUCCESS } from './saml-names.ts';
import { SamlProblem } from './saml-problem.ts';
import { verifySignature } from './verify-signature.ts';

export interface LogoutExpectations {
  /** Entity id of the identity provider. */
  readonly issuer: string;
  /** PEM. */
  readonly certificates: readonly string[];
  /** Where messages about signing out are to be sent. */
  readonly signOutUrl: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

export type LogoutMessage =
  | {
      readonly kind: 'request';
      readonly id: string;
      readonly nameId: string;
      /** Empty: all sessions of this name. */
      readonly sessions: readonly string[];
    }
  | { readonly kind: 'response'; readonly inResponseTo: string; readonly isComplete: boolean };

/** Messages are answered at once; one that lay about is not taken. */
export const LOGOUT_LIFE_MS = 300_000;

/** A message whose signature stands inside, as by the HTTP-POST binding. @throws SamlProblem */
export function openPostedLogout({ xml }: Received, { certificates }: LogoutExpectations): Element {
  const document = readSamlXml(xml);
  const [signature, ...more] = allNamed(document, 'Signature');
  if (
    signature === undefined ||
    more.length > 0 ||
    signature.namespaceURI !== NS.signature ||
    signature.parentNode !== document.documentElement
  )
    throw new SamlProblem('it does not have exactly one Signature, of the whole');
  return verifySignature(xml, signature, certificates).element;
}

/** A message that was signed as a whole outside, as by the HTTP-Redirect binding. @throws SamlProblem */
export function openRedirectedLogout({ xml }: Received): Element {
  const root = readSamlXml(xml).documentElement;
  if (root === null) throw new SamlProblem('it is empty');
  return root;
}

/** `root`: read from signed bytes alone. @throws SamlProblem for everything that is not exactly as it must be */
export function readLogout(root: Element, { field }: Received, expected: LogoutExpectations): LogoutMessage {
  const name = field === 'SAMLRequest' ? 'LogoutRequest' : 'LogoutResponse';
  if (root.namespaceURI !== NS.protocol || root.localName !== name) throw new SamlProblem(`it is not a ${name}`);
  equal('Version', attribute(root, 'Version'), '2.0');
  equal('Issuer', textOf(only(root, 'Issuer')), expected.issuer);
  equal('Destination', attribute(root, 'Destination'), expected.signOutUrl);
  const issued = instant(attribute(root, 'IssueInstant') ?? '');
  if (issued > expected.now + SKEW_MS) throw new SamlProblem('it is not valid yet');
  if (issued < expected.now - LOGOUT_LIFE_MS - SKEW_MS) throw new SamlProblem('it has expired');
  return name === 'LogoutRequest' ? requestOf(root, expected) : responseOf(root);
}

function requestOf(root: Element, { now }: LogoutExpectations): LogoutMessage {
  const end = attribute(root, 'NotOnOrAfter');
  if (end !== undefined) notAfter('request', end, now);
  return {
    kind: 'request',
    id: required('ID', attribute(root, 'ID')),
    nameId: required('NameID', textOf(only(root, 'NameID'))),
    sessions: childrenNamed(root, NS.protocol, 'SessionIndex').map((index) =>
      required('SessionIndex that can be read', plainText(index)?.trim()),
    ),
  };
}

function responseOf(root: Element): LogoutMessage {
  const [status] = childrenNamed(root, NS.protocol, 'Status');
  const [code] = status === undefined ? [] : childrenNamed(status, NS.protocol, 'StatusCode');
  // Inside a success, a second code may say that not everybody was reached.
  const isPartial = code !== undefined && childrenNamed(code, NS.protocol, 'StatusCode').length > 0;
  return {
    kind: 'response',
    inResponseTo: required('InResponseTo', attribute(root, 'InResponseTo')),
    isComplete: code !== undefined && attribute(code, 'Value') === SUCCESS && !isPartial,
  };
}
