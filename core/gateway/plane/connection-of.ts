import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { PolicyConnection } from '@backplane/sdk';

const known = new WeakMap<Socket, PolicyConnection>();

/** What is known of a connection; looked up once for each. */
export function connectionOf(socket: Socket, clientAddress: string): PolicyConnection {
  const before = known.get(socket);
  if (before !== undefined && before.clientAddress === clientAddress) return before;
  const connection = describe(socket as TLSSocket, clientAddress);
  known.set(socket, connection);
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
      certificate: { subject: subjectText(certificate.subject), fingerprint256: certificate.fingerprint256 },
    }),
  };
}

/** `CN=orders,O=Acme`. */
function subjectText(subject: object): string {
  return Object.entries(subject)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join('+') : value}`)
    .join(',');
}
