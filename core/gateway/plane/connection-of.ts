import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { PolicyConnection } from '@backplane/sdk';

/** Kept at the socket itself, where it is found faster than in a map of all of them. */
const KNOWN = Symbol('connection');

/** What is known of a connection; looked up once for each. */
export function connectionOf(socket: Socket, clientAddress: string): PolicyConnection {
  const holder = socket as Socket & { [KNOWN]?: PolicyConnection };
  const before = holder[KNOWN];
  if (before !== undefined && before.clientAddress === clientAddress) return before;
  const connection = describe(socket as TLSSocket, clientAddress);
  holder[KNOWN] = connection;
  return connection;
}

function describe(socket: TLSSocket, clientAddress: string): PolicyConnection {
  if (socket.encrypted !== true) return { clientAddress };
  const serverName = typeof socket.servername === 'string' ? socket.servername : undefined;
  const certificate = socket.authorized ? socket.getPeerCertificate() : undefined;
  return {
    clientAddress,
    ...(serverName !== undefined && { serverName }),
    ...(certificate?.fingerprint256 !== undefined && {
      certificate: {
        subject: nameText(certificate.subject),
        issuer: nameText(certificate.issuer),
        fingerprint256: certificate.fingerprint256,
        names: alternativeNames(certificate.subjectaltname),
      },
    }),
  };
}

/** `CN=orders,O=Acme`; what divides parts is escaped inside them (RFC 4514), so that a name cannot pretend to have more of them. */
export function nameText(name: object): string {
  return Object.entries(name)
    .flatMap(([key, value]) => [value].flat().map((one) => `${key}=${String(one).replaceAll(/[\\,+\n]/g, '\\$&')}`))
    .join(',');
}

/** `DNS:a.example.com, URI:spiffe://…`; Node puts names with odd signs into quotes, and those are left out. */
export function alternativeNames(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const plain = text.replaceAll(/(?:^|, )[^",]*"(?:[^"\\]|\\.)*"/g, '');
  return plain.split(', ').filter((name) => name !== '');
}
