import type { IncomingMessage } from 'node:http';

/** Whoever sent the request; behind a trusted proxy the one that the proxy names last, as anybody may claim the others. */
export function clientAddress({ socket, headers }: IncomingMessage, trustProxy: boolean): string | undefined {
  const forwarded = headers['x-forwarded-for'];
  if (!trustProxy || forwarded === undefined) return socket.remoteAddress;
  const named = String(forwarded)
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '');
  return named.at(-1) ?? socket.remoteAddress;
}
