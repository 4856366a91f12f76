import type { PolicyReply } from '@backplane/sdk';
import { isOfConnection, namedByConnection } from '../exchange/hop-headers.ts';
import { rawHeader } from '../exchange/wire-headers.ts';

/** As the client of upstreams gives them: by name in lower case. */
export type ReceivedHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What goes on to the caller, as names and values in turn: all but those of the connection, and what `Connection` names (RFC 9110 §7.6.1). */
export function receivedHeaders(headers: ReceivedHeaders): string[] {
  const named = namedBy(headers['connection']);
  const raw: string[] = [];
  for (const name in headers) {
    if (isOfConnection(name) || named?.has(name)) continue;
    const value = headers[name];
    if (typeof value === 'string') raw.push(name, value);
    else for (const one of value ?? []) raw.push(name, one);
  }
  return raw;
}

/** What a policy answers with. Its length is that of the body that is sent. */
export function replyHeaders({ headers = {} }: PolicyReply): string[] {
  return Object.entries(headers).flatMap(([name, value]) => (/^content-length$/i.test(name) ? [] : [name, value]));
}

/** One value a name. */
export function plainHeaders(raw: readonly string[]): Record<string, string> {
  const values = new Map<string, string>();
  for (let at = 0; at < raw.length; at += 2) {
    const before = values.get(raw[at]!);
    values.set(raw[at]!, before === undefined ? raw[at + 1]! : `${before}, ${raw[at + 1]!}`);
  }
  return Object.fromEntries(values);
}

/** Of the body that follows; -1 where the head does not say. */
export function saidLength(raw: readonly string[]): number {
  const said = rawHeader(raw, 'content-length');
  return said === undefined ? -1 : Number(said);
}

function namedBy(connection: string | readonly string[] | undefined): ReadonlySet<string> | undefined {
  return connection === undefined ? undefined : namedByConnection([connection].flat().join(','));
}
