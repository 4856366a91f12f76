import { headerName, namedByConnection } from './header-names.ts';
import type { RequestView } from './request-view.ts';

export interface UpstreamHeaderRules {
  /** What the upstream sees as Host; `caller` hands the caller's on, undefined leaves it to the connection. */
  readonly host: 'caller' | string | undefined;
  /** Says for whom the request is passed on. */
  readonly forwarded: boolean;
  /** Whether the X-Forwarded-* headers of the caller are to be believed. */
  readonly isPeerTrusted: boolean;
}

const FORWARDED = new Set([
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
]);

/** The headers of a request as its upstream gets them: without those of the connection, and with who it is passed on for. */
export function upstreamHeaders(request: RequestView, rules: UpstreamHeaderRules): string[] {
  const raw = request.currentHeaders;
  const headers: string[] = [];
  let named: ReadonlySet<string> | undefined;
  let cameFor = '';
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]!;
    const { lower, isOfConnection } = headerName(name);
    const value = raw[at + 1]!;
    if (lower === 'host') {
      if (rules.host === 'caller') headers.push('host', value);
      continue;
    }
    if (isOfConnection) {
      if (lower === 'connection') named = namedByConnection(value) ?? named;
      // The one coding of TE that may pass: without it no trailers come back, and gRPC needs them.
      else if (lower === 'te' && value === 'trailers' && request.protocol === 'grpc') headers.push(name, value);
      continue;
    }
    if (rules.forwarded && FORWARDED.has(lower)) {
      if (lower === 'x-forwarded-for' && rules.isPeerTrusted) cameFor = cameFor === '' ? value : `${cameFor}, ${value}`;
      else if (rules.isPeerTrusted && lower !== 'x-forwarded-for') headers.push(name, value);
      continue;
    }
    if (name.charCodeAt(0) !== 58) headers.push(name, value);
  }
  if (named !== undefined) dropNamed(headers, named);
  if (rules.host !== undefined && rules.host !== 'caller') headers.push('host', rules.host);
  if (rules.forwarded) addForwarded(headers, request, cameFor, rules.isPeerTrusted);
  return headers;
}

function addForwarded(headers: string[], request: RequestView, cameFor: string, keeps: boolean): void {
  headers.push('x-forwarded-for', cameFor === '' ? request.peerAddress : `${cameFor}, ${request.peerAddress}`);
  if (keeps && headers.some((name, at) => at % 2 === 0 && name.toLowerCase() === 'x-forwarded-proto')) return;
  headers.push('x-forwarded-proto', request.scheme);
  if (request.rawHost !== '') headers.push('x-forwarded-host', request.rawHost);
}

/** RFC 9110 §7.6.1: what `Connection` names belongs to the connection as well; never what the message itself depends on. */
function dropNamed(headers: string[], named: ReadonlySet<string>): void {
  let to = 0;
  for (let at = 0; at < headers.length; at += 2) {
    const lower = headers[at]!.toLowerCase();
    if (named.has(lower) && !ESSENTIAL.has(lower)) continue;
    headers[to] = headers[at]!;
    headers[to + 1] = headers[at + 1]!;
    to += 2;
  }
  headers.length = to;
}

/** A caller that names these in `Connection` would have them removed after policies have looked at them. */
const ESSENTIAL = new Set([
  'host',
  'content-length',
  'content-type',
  'authorization',
  'cookie',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
]);
