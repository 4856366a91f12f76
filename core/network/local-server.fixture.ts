import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Log } from '@backplane/sdk';
import { createHttpPort, type HttpPortOptions } from './http-client.ts';

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

export const pem = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

export interface LocalServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

export function serve(listener: RequestListener): Promise<LocalServer> {
  return listening(createServer(listener), 'http');
}

/** A server whose certificate is for `localhost` and 127.0.0.1, signed by the authority of `fixtures/ca.pem`. */
export function serveTls(listener: RequestListener, options: ServerOptions = {}): Promise<LocalServer> {
  return listening(createTlsServer({ cert: pem('server.pem'), key: pem('server.key'), ...options }, listener), 'https');
}

function listening(server: Server, scheme: string): Promise<LocalServer> {
  const { promise, resolve } = Promise.withResolvers<LocalServer>();
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    resolve({ url: `${scheme}://127.0.0.1:${port}`, port, [Symbol.asyncDispose]: () => stop(server) });
  });
  return promise;
}

async function stop(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  await promise;
}

type PortWishes = Omit<Partial<HttpPortOptions>, 'egress'> & { readonly egress?: Partial<HttpPortOptions['egress']> };

export function openPort(options: PortWishes = {}) {
  const egress = { allow: [], deny: [], allowPrivateNetworks: true, ...options.egress };
  return createHttpPort({ log: silent, ...options, egress });
}

/** The code an operation is refused with, or what it gave. */
export async function codeOf(operation: Promise<unknown>): Promise<unknown> {
  return operation.catch((error: { code: string }) => error.code);
}
