import { BackplaneError } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';

/** SQLSTATE of connections that break, servers that stop or start, and too many connections; and what sockets say. */
const AWAY = /^(08|57|533)|^E(CONN|PIPE|NOENT|HOST|NET|TIMEDOUT|AI_|NOTFOUND)/;
/** SQLSTATE of a disk or memory that is full, of files that fail, and of a server that only reads. */
const REFUSED = /^(53[12]|58|25006)/;
/** `pg` gives no code for what it notices itself. */
const AWAY_TEXT = /^(Connection terminated|timeout e|Client has encountered a connection error|Cannot use a pool)/i;

/**
 * The same store, whose methods reject with STORAGE_UNAVAILABLE while the database is away and with STORAGE_WRITE_REFUSED when it
 * cannot take what it is given. Other errors pass.
 */
export function withCodedFailures<T extends object>(store: T): T {
  const methods = Object.entries(store as Record<string, (...given: unknown[]) => Promise<unknown>>);
  const coded = methods.map(([name, method]) => {
    const attempt = async (...given: unknown[]) => {
      try {
        return await method(...given);
      } catch (error) {
        throw codedFailure(error);
      }
    };
    return [name, attempt] as const;
  });
  return Object.fromEntries(coded) as T;
}

/** The coded error of one failure; what has nothing to do with the database being away is handed back. */
export function codedFailure(error: unknown): unknown {
  if (BackplaneError.is(error) || !(error instanceof Error)) return error;
  const { code, message } = error as Error & { readonly code?: string };
  const about = { cause: message || (code ?? 'no answer') };
  if (code !== undefined && REFUSED.test(code))
    return raise.STORAGE_WRITE_REFUSED(about, { cause: error, retryAfterMs: 1_000 });
  const away = code === undefined ? AWAY_TEXT.test(message) : AWAY.test(code);
  return away ? raise.STORAGE_UNAVAILABLE(about, { cause: error, retryAfterMs: 1_000 }) : error;
}
