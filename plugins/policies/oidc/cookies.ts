import type { PolicyRequest, UpstreamExchange } from '@backplane/sdk';

/** Cookies of one policy. Values longer than a cookie may be are cut into several. */
export interface Cookies {
  read(request: PolicyRequest, name: string): string | undefined;
  /** `Set-Cookie` lines. @throws RangeError when the value is too long for all of them */
  write(request: PolicyRequest, name: string, value: string, maxAgeMs: number): string[];
  clear(request: PolicyRequest, name: string): string[];
  /** Keeps them from the upstream. */
  drop(exchange: UpstreamExchange): void;
}

const PIECE = 3_800;
const MOST_PIECES = 5;

/** `__Host-` under https: browsers then take it from this host alone, for all its paths, and over https. */
export function cookiesOf(base: string, isHttps: (request: PolicyRequest) => boolean): Cookies {
  const fullName = (request: PolicyRequest, name: string) => `${isHttps(request) ? '__Host-' : ''}${base}${name}`;
  const line = (request: PolicyRequest, name: string, value: string, seconds: number) =>
    `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isHttps(request) ? '; Secure' : ''}`;
  const piece = (name: string, index: number) => (index === 0 ? name : `${name}.${index}`);

  function count(request: PolicyRequest, name: string): number {
    const pieces = Number(/^([1-9])\./.exec(request.cookie(name) ?? '')?.[1] ?? 0);
    return Math.min(pieces, MOST_PIECES);
  }

  return {
    read(request, short) {
      const name = fullName(request, short);
      const pieces = count(request, name);
      if (pieces === 0) return undefined;
      let value = request.cookie(name)!.slice(2);
      for (let index = 1; index < pieces; index++) {
        const next = request.cookie(piece(name, index));
        if (next === undefined) return undefined;
        value += next;
      }
      return value;
    },
    write(request, short, value, maxAgeMs) {
      const name = fullName(request, short);
      const pieces = Math.max(Math.ceil(value.length / PIECE), 1);
      if (pieces > MOST_PIECES) throw new RangeError('the session is too large for cookies; keep fewer claims');
      const seconds = Math.floor(maxAgeMs / 1000);
      const lines = Array.from({ length: pieces }, (_, index) => {
        const part = value.slice(index * PIECE, (index + 1) * PIECE);
        return line(request, piece(name, index), index === 0 ? `${pieces}.${part}` : part, seconds);
      });
      for (let index = pieces; index < count(request, name); index++)
        lines.push(line(request, piece(name, index), '', 0));
      return lines;
    },
    clear(request, short) {
      const name = fullName(request, short);
      const pieces = Math.max(count(request, name), 1);
      return Array.from({ length: pieces }, (_, index) => line(request, piece(name, index), '', 0));
    },
    drop({ upstream: { headers } }) {
      const isOurs = (pair: string) => pair.replace(/^\s*(?:__Host-)?/, '').startsWith(base);
      const pairs = headers.all('cookie').flatMap((text) => text.split(/; */));
      if (!pairs.some(isOurs)) return;
      const kept = pairs.filter((pair) => !isOurs(pair));
      if (kept.length === 0) headers.delete('cookie');
      else headers.set('cookie', kept.join('; '));
    },
  };
}
