import type { IncomingHttpHeaders } from 'node:http';
import { raise } from '../../errors/catalogue.ts';
import { isLoopbackName } from '../loopback.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A request with this header, whatever its value, cannot come from a page of another site: browsers would ask us first. */
const OWN_HEADER = 'x-backplane-request';

export interface AskedBy {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Browsers send cookies along whoever makes them ask. What changes something therefore has to come from a page of this host: the
 * browser says so (`Sec-Fetch-Site`, in older ones `Origin`), or the page does with a header of its own.
 * @throws CSRF_REFUSED
 */
export function requireOwnOrigin({ method, headers }: AskedBy, baseUrl: string): void {
  if (!SAFE.has(method) && !comesFromHere(headers, baseUrl)) throw raise.CSRF_REFUSED(undefined);
}

/** For addresses that need no cookie: programs that say nothing of an origin are no browsers, and may. @throws CSRF_REFUSED */
export function refuseOtherSites({ method, headers }: AskedBy, baseUrl: string): void {
  if (SAFE.has(method) || (headers['sec-fetch-site'] === undefined && headers.origin === undefined)) return;
  if (!comesFromHere(headers, baseUrl)) throw raise.CSRF_REFUSED(undefined);
}

function comesFromHere(headers: IncomingHttpHeaders, baseUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  if (headers.origin !== undefined) return isOwn(headers.origin, baseUrl);
  return headers[OWN_HEADER] !== undefined;
}

/** A host of this machine alone has several names. */
function isOwn(origin: string, baseUrl: string): boolean {
  const base = new URL(baseUrl);
  if (origin === base.origin) return true;
  if (!URL.canParse(origin)) return false;
  const { protocol, port, hostname } = new URL(origin);
  return protocol === base.protocol && port === base.port && isLoopbackName(hostname) && isLoopbackName(base.hostname);
}
