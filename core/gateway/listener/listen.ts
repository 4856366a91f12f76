import type { AddressInfo, Server } from 'node:net';
import type { Log } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { addressSet } from '../exchange/client-address.ts';
import type { DataPlane } from '../plane/data-plane.ts';
import { Certificates } from './certificates.ts';
import { createFront } from './front.ts';
import { http1Server } from './http1-server.ts';
import { http2Sessions } from './http2-sessions.ts';
import { type EndpointOptions, type ListenerOptions, MIN_BODY_RATE } from './listener-options.ts';
import { SlowBodies } from './slow-bodies.ts';

export interface Listener {
  /** Of the first address. */
  readonly port: number;
  /** Of all of them. */
  readonly ports: readonly number[];
  /** Takes no new connections, lets requests finish until the deadline, then ends them. */
  close(deadlineMs: number): Promise<void>;
}

const CERTIFICATES_EVERY_MS = 5_000;

/** Opens the gateway's own ports. Rejects with SERVER_PORT_IN_USE, SERVER_CANNOT_LISTEN, GATEWAY_CERTIFICATE_INVALID or GATEWAY_ADDRESS_INVALID. */
export async function listen(plane: DataPlane, options: ListenerOptions, log: Log): Promise<Listener> {
  const endpoints: Endpoint[] = [];
  const close = async (deadlineMs: number) => {
    await Promise.all(endpoints.map((endpoint) => endpoint.close(deadlineMs)));
  };
  try {
    for (const own of [options, ...(options.also ?? [])]) endpoints.push(await openEndpoint(plane, own, options, log));
  } catch (problem) {
    await close(0);
    throw problem;
  }
  const ports = endpoints.map(({ port }) => port);
  return { port: ports[0]!, ports, close };
}

interface Endpoint {
  readonly port: number;
  close(deadlineMs: number): Promise<void>;
}

async function openEndpoint(
  plane: DataPlane,
  own: EndpointOptions,
  options: ListenerOptions,
  log: Log,
): Promise<Endpoint> {
  const { host, port, tls, h2c, proxyProtocol } = own;
  const certificates = tls && (await Certificates.load(tls, log));
  const slow = new SlowBodies(options.minBodyRate ?? MIN_BODY_RATE);
  const http1 = http1Server(plane, options, slow, log);
  const http2 = http2Sessions(plane, options, slow);
  const isPlain = tls === undefined && h2c !== true && proxyProtocol === undefined;
  const server: Server = isPlain
    ? http1.server
    : createFront({
        ...own,
        certificates,
        limitMs: options.headersTimeoutMs,
        isProxy: proxyProtocol && addressSet(proxyProtocol.trusted),
        http1: http1.take,
        http2: http2.take,
      });
  if (options.maxConnections !== undefined) server.maxConnections = options.maxConnections;
  await listening(server, host, port);
  // A server that others hand connections to watches over them only once it believes to listen.
  if (!isPlain) http1.server.emit('listening');
  const refreshing =
    certificates &&
    setInterval(() => {
      certificates.refresh().catch((problem) => log.error('certificates cannot be read', { problem: String(problem) }));
    }, CERTIFICATES_EVERY_MS).unref();
  return {
    port: (server.address() as AddressInfo).port,
    async close(deadlineMs) {
      clearInterval(refreshing);
      const closed = new Promise((resolve) => server.close(resolve));
      if (!isPlain) http1.server.close();
      http1.beginClosing();
      http2.close();
      const late = setTimeout(() => {
        http1.endSockets();
        http1.server.closeAllConnections();
        http2.destroy();
      }, deadlineMs);
      // Idle again after their last answer.
      const sweep = setInterval(() => http1.server.closeIdleConnections(), 100);
      await closed;
      clearTimeout(late);
      clearInterval(sweep);
      slow[Symbol.dispose]();
    },
  };
}

async function listening(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRINUSE') reject(raise.SERVER_PORT_IN_USE({ host, port }, { cause }));
      else reject(raise.SERVER_CANNOT_LISTEN({ host, port, cause: cause.code ?? cause.message }, { cause }));
    });
    server.listen(port, host, resolve);
  });
}
