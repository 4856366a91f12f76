import { answerHeaders, type Exchange, type GatewayRouteAnswer, type PolicyReply } from '@backplane/sdk';

/** Of the connection, of a body that is written anew, or such that a branch could answer with a part or nothing. */
const NOT_ASKED = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'keep-alive',
  'range',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The caller's headers, but such that the answer of a branch is whole and can be read. */
export function branchHeaders({ request }: Exchange): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of request.headers.entries()) {
    const lower = name.toLowerCase();
    if (NOT_ASKED.has(lower)) continue;
    const before = headers[lower];
    headers[lower] = before === undefined ? value : `${before}${lower === 'cookie' ? '; ' : ', '}${value}`;
  }
  return headers;
}

/** The answer of a branch as the answer of all. */
export function wholeAnswer({ status, headers, body }: GatewayRouteAnswer, key: string): PolicyReply {
  const kept = answerHeaders(headers);
  return { status, headers: kept, body, because: `the route of ${key} answered ${status}` };
}
