import { BackplaneError } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';

const DNS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME', 'EAI_FAIL']);
const LOST = new Set([
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);
const REFUSED: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'it refuses connections on this port',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'its network cannot be reached',
  ETIMEDOUT: 'it does not react',
  UND_ERR_CONNECT_TIMEOUT: 'it does not react',
};
const TLS_TEXT: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an unknown authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

/** The coded error for whatever the HTTP client or the network threw. */
export function transportError(thrown: unknown, host: string): BackplaneError {
  if (BackplaneError.is(thrown)) return thrown;
  const error = rootOf(thrown);
  const code = error.code ?? '';
  const options = { cause: thrown };
  if (DNS.has(code)) return raise.HTTP_PORT_HOST_UNKNOWN({ host }, options);
  if (Object.hasOwn(REFUSED, code)) return raise.HTTP_PORT_UNREACHABLE({ host, cause: REFUSED[code]! }, options);
  if (isTls(code)) return raise.HTTP_PORT_TLS({ host, cause: tlsText(error) }, options);
  if (error.name === 'HTTPParserError' || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return raise.HTTP_PORT_REPLY_INVALID({ host, cause: error.message }, options);
  }
  if (LOST.has(code)) return raise.HTTP_PORT_CONNECTION_LOST({ host }, options);
  return raise.HTTP_PORT_UNREACHABLE({ host, cause: code === '' ? error.message : code }, options);
}

interface Coded extends Error {
  readonly code?: string;
}

/** A dial of several addresses fails with all their errors in one; the first tells enough. */
function rootOf(thrown: unknown): Coded {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return rootOf(thrown.errors[0]);
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function isTls(code: string): boolean {
  return Object.hasOwn(TLS_TEXT, code) || /^(?:ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|UNABLE_TO_|CRL_|EPROTO)/.test(code);
}

function tlsText(error: Coded): string {
  const known = TLS_TEXT[error.code!];
  if (known !== undefined) return known;
  // `…:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:…/rec_layer_s3.c:918:`: OpenSSL's reason is the fourth part.
  return /:SSL routines:[^:]*:([^:]+):/.exec(error.message)?.[1] ?? error.code!;
}
