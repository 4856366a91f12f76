import type { AddressInfo, Server } from 'node:net';
import type { Log } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { addressSet } from '../exchange/client-address.ts';
import type { DataPlane } from '../plane/data-plane.ts';
import { Certificates, type PemTexts } from './certificates.ts';
import { createFront } from './front.ts';
import { http1Server } from './http1-server.ts';
import { http2Sessions } from './http2-sessions.ts';
import { addressesOf, type EndpointOptions, type ListenerOptions, MIN_BODY_RATE } from './listener-options.ts';
import { type AllPemTexts, readPemTexts } from './pem-texts.ts';
import { SlowBodies } from './slow-bodies.ts';

export interface Listener {
  /** Of the first address. */
  readonly port: number;
  /** Of all of them. */
  readonly ports: readonly number[];
  /** Shows other certificates to callers that connect from now on. */
  renew(certificates: AllPemTexts): void;
  /** Takes no new connections, lets requests finish until the deadline, then ends them. */
  close(deadlineMs: number): Promise<void>;
}

/** Opens the gateway's own ports. Rejects with SERVER_PORT_IN_USE, SERVER_CANNOT_LISTEN, GATEWAY_CERTIFICATE_INVALID or GATEWAY_ADDRESS_INVALID. */
export async function listen(
  plane: DataPlane,
  options: ListenerOptions,
  log: Log,
  certificates?: AllPemTexts,
): Promise<Listener> {
  const texts = certificates ?? (await readPemTexts(options));
  const endpoints: Endpoint[] = [];
  const close = async (deadlineMs: number) => {
    await Promise.all(endpoints.map((endpoint) => endpoint.close(deadlineMs)));
  };
  try {
    for (const [at, own] of addressesOf(options).entries())
      endpoints.push(await openEndpoint(plane, own, options, log, texts[at]));
  } catch (problem) {
    await close(0);
    throw problem;
  }
  const ports = endpoints.map(({ port }) => port);
  const renew = (all: AllPemTexts) => {
    for (const [at, endpoint] of endpoints.entries()) endpoint.renew(all[at]);
  };
  return { port: ports[0]!, ports, renew, close };
}

interface Endpoint {
  readonly port: number;
  renew(texts: PemTexts | undefined): void;
  close(deadlineMs: number): Promise<void>;
}

async function openEndpoint(
  plane: DataPlane,
  own: EndpointOptions,
  options: ListenerOptions,
  log: Log,
  texts: PemTexts | undefined,
): Promise<Endpoint> {
  const { host, port, tls, h2c, proxyProtocol } = own;
  const certificates = tls && texts && new Certificates(texts, tls.minVersion);
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
  return {
    port: (server.address() as AddressInfo).port,
    renew: (newer) => newer && certificates?.replace(newer),
    async close(deadlineMs) {
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
