import { BackplaneError } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';

const UNREACHABLE: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up now',
  ECONNREFUSED: 'it refuses connections on this port',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'its network cannot be reached',
  ETIMEDOUT: 'it does not react',
  UND_ERR_CONNECT_TIMEOUT: 'it does not react',
  UND_ERR_PRX_CONN: 'it closed the connection',
  UND_ERR_PRX_TLS: 'its certificate is for another name',
};

/** When it is the proxy that failed, and not the target behind it: through a proxy, only the proxy is dialled. */
export function proxyError(thrown: unknown, host: string, proxy: string): BackplaneError | undefined {
  if (!(thrown instanceof Error) || BackplaneError.is(thrown)) return undefined;
  const first = thrown instanceof AggregateError ? thrown.errors[0] : thrown;
  const { code = '', message } = first as Error & { readonly code?: string };
  const cause = Object.hasOwn(UNREACHABLE, code) ? UNREACHABLE[code] : refusal(message);
  if (cause === undefined) return undefined;
  // Without user and password.
  return raise.HTTP_PORT_PROXY({ host, proxy: new URL(proxy).host, cause }, { cause: thrown });
}

/** The client tells the answer of a proxy only in its message. */
function refusal(message: string): string | undefined {
  const status = /^Proxy response \((\d{3})\)|^Proxy Authentication Required \((407)\)/.exec(message);
  if (status === null) return undefined;
  const answered = status[1] ?? status[2]!;
  return answered === '407' ? 'it asks for another user and password' : `it answers with HTTP ${answered}`;
}
