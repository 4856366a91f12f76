import type { BackplaneError } from '@backplane/sdk';
import { raise } from './errors.ts';
import type { MailServer } from './mail-server.ts';

interface DeliveryFailure extends Error {
  readonly code?: string;
  /** What the socket said, where `code` is only ESOCKET. */
  readonly originalCode?: string;
  readonly responseCode?: number;
  readonly response?: string;
}

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'it refuses connections on this port',
  EDNS: 'its name has no address',
  ENOTFOUND: 'its name has no address',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'its network cannot be reached',
  ECONNRESET: 'it closed the connection',
  ECONNECTION: 'it closed the connection',
};

/** The coded error for whatever the mail client threw. The server's words are kept; they never hold the password. */
export function deliveryError(thrown: unknown, { host, port, timeoutMs }: MailServer): BackplaneError {
  const failure = thrown as DeliveryFailure;
  const server = `${host}:${port}`;
  const options = { cause: thrown };
  const said = failure.response?.trim() || failure.message;
  switch (failure.code) {
    case 'EAUTH':
    case 'ENOAUTH':
      return raise.EMAIL_LOGIN_REFUSED({ server, cause: said }, options);
    case 'ETLS':
      return raise.EMAIL_TLS_FAILED({ server, cause: failure.message }, options);
    case 'ETIMEDOUT':
      return raise.EMAIL_TIMEOUT({ server, limitMs: timeoutMs }, options);
  }
  if (failure.responseCode !== undefined) {
    const isFinal = failure.responseCode >= 500;
    return raise[isFinal ? 'EMAIL_REFUSED' : 'EMAIL_REFUSED_FOR_NOW']({ server, cause: said }, options);
  }
  if (isTls(failure)) return raise.EMAIL_TLS_FAILED({ server, cause: failure.message }, options);
  const cause = NETWORK[failure.originalCode ?? failure.code ?? ''] ?? failure.message;
  return raise.EMAIL_SERVER_UNREACHABLE({ server, cause }, options);
}

function isTls({ originalCode = '', message }: DeliveryFailure): boolean {
  return (
    /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO)/.test(originalCode) ||
    /certificate|SSL routines/.test(message)
  );
}
