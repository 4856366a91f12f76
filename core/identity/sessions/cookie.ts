import type { IncomingHttpHeaders } from 'node:http';

/** The value of a cookie; undefined when it is absent, and when there are two of the name, of which one is not ours. */
export function readCookie(headers: IncomingHttpHeaders, name: string): string | undefined {
  const found = (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`));
  return found.length === 1 ? found[0]!.slice(name.length + 1) : undefined;
}

export interface CookieOptions {
  /** Over https. Such cookies have names beginning with `__Host-`: no other site, path or port can set one. */
  readonly secure: boolean;
  /** 0 deletes it. */
  readonly maxAgeSeconds: number;
}

/** A `Set-Cookie` that scripts cannot read and that does not travel with what other sites send. */
export function cookieHeader(name: string, value: string, { secure, maxAgeSeconds }: CookieOptions): string {
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${Math.floor(maxAgeSeconds)}${secure ? '; Secure' : ''}`;
}

export const cookieName = (name: string, secure: boolean) => (secure ? `__Host-${name}` : name);
