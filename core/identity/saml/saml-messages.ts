import { randomBytes } from 'node:crypto';
import { NS, POST_BINDING, SUCCESS } from './saml-names.ts';

/** How the identity provider calls somebody. */
export interface SamlName {
  readonly value: string;
  readonly format?: string;
  readonly qualifiers: Readonly<Record<string, string>>;
}

/** What every message says. */
export interface MessageHead {
  readonly id: string;
  /** Our entity id. */
  readonly issuer: string;
  readonly destination: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

export const newMessageId = () => `_${randomBytes(20).toString('hex')}`;

export const authnRequest = (head: MessageHead, acsUrl: string) =>
  message(
    'AuthnRequest',
    head,
    ` AssertionConsumerServiceURL="${escapeXml(acsUrl)}" ProtocolBinding="${POST_BINDING}"`,
    '',
  );

const LOGOUT_MS = 300_000;

export function logoutRequest(head: MessageHead, name: SamlName, sessionIndex: string | undefined): string {
  const { value, format, qualifiers } = name;
  const attributes = Object.entries({ ...qualifiers, ...(format !== undefined && { Format: format }) })
    .map(([key, text]) => ` ${key}="${escapeXml(text)}"`)
    .join('');
  const index = sessionIndex === undefined ? '' : `<samlp:SessionIndex>${escapeXml(sessionIndex)}</samlp:SessionIndex>`;
  return message(
    'LogoutRequest',
    head,
    ` NotOnOrAfter="${new Date(head.now + LOGOUT_MS).toISOString()}"`,
    `<saml:NameID${attributes}>${escapeXml(value)}</saml:NameID>${index}`,
  );
}

export const logoutResponse = (head: MessageHead, inResponseTo: string) =>
  message(
    'LogoutResponse',
    head,
    ` InResponseTo="${escapeXml(inResponseTo)}"`,
    `<samlp:Status><samlp:StatusCode Value="${SUCCESS}"/></samlp:Status>`,
  );

function message(name: string, { id, issuer, destination, now }: MessageHead, more: string, content: string): string {
  return `<samlp:${name} xmlns:samlp="${NS.protocol}" xmlns:saml="${NS.assertion}" ID="${id}" Version="2.0" IssueInstant="${new Date(now).toISOString()}" Destination="${escapeXml(destination)}"${more}><saml:Issuer>${escapeXml(issuer)}</saml:Issuer>${content}</samlp:${name}>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export const escapeXml = (text: string) => text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);
