import type { Exchange, PolicyOutcome } from '@backplane/sdk';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface CommonLineOptions {
  /** Without what is secret. */
  readonly query: string | undefined;
  /** Epoch milliseconds. */
  readonly endMs: number;
  readonly format: 'common' | 'combined';
}

/** The Common Log Format of web servers, or the combined one, which adds referer and user agent. Times are UTC; the version of HTTP is always 1.1, as it is not known. */
export function commonLine(
  { request, identity }: Exchange,
  { status, sentBytes, totalMs }: PolicyOutcome,
  { query, endMs, format }: CommonLineOptions,
): string {
  const path = request.url.split('?', 1)[0]! + (query === undefined ? '' : `?${query}`);
  const user = identity === undefined ? '-' : quotable(identity.subject).replaceAll(' ', '+');
  const bytes = sentBytes === 0 ? '-' : sentBytes;
  const line = `${request.clientAddress} - ${user} [${time(endMs - totalMs)}] "${quotable(request.method)} ${quotable(path)} HTTP/1.1" ${status} ${bytes}`;
  if (format === 'common') return line;
  const referer = request.headers.get('referer')?.replace(/[?#].*/s, '') ?? '-';
  return `${line} "${quotable(referer)}" "${quotable(request.headers.get('user-agent') ?? '-')}"`;
}

/** `01/Jan/2026:00:00:00 +0000` */
function time(ms: number): string {
  const date = new Date(ms);
  const day = String(date.getUTCDate()).padStart(2, '0');
  return `${day}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`;
}

/** Nobody writes lines of their own, or fields of others: quotes and what is no plain sign are escaped as web servers do. */
function quotable(text: string): string {
  return text.replace(/[^\x20-\x7e]|["\\]/g, (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
