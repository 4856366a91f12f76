import type { PolicyReply } from '@backplane/sdk';
import { rawHeader } from '../exchange/wire-headers.ts';

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
