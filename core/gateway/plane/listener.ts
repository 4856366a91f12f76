import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { raise } from '../../errors/catalogue.ts';
import type { DataPlane } from './data-plane.ts';

const { createServer } = process.getBuiltinModule('node:http');

export interface ListenerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Milliseconds until a request's headers must be there, and until all of it must. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly maxHeaderBytes: number;
}

export interface Listener {
  readonly port: number;
  /** Takes no new connections, lets requests finish until the deadline, then ends them. */
  close(deadlineMs: number): Promise<void>;
}

/** Opens the gateway's own port. Rejects with SERVER_PORT_IN_USE or SERVER_CANNOT_LISTEN. */
export async function listen(plane: DataPlane, options: ListenerOptions): Promise<Listener> {
  const { host, port } = options;
  const server = createServer({
    headersTimeout: options.headersTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    keepAliveTimeout: options.keepAliveMs,
    maxHeaderSize: options.maxHeaderBytes,
    noDelay: true,
    requireHostHeader: true,
  });
  const upgraded = new Set<Duplex>();
  let isClosing = false;
  server.on('request', (request, response) => {
    // A connection that was busy when the gateway closed is not kept for another request.
    if (isClosing) response.shouldKeepAlive = false;
    plane.handle(request, response);
  });
  server.on('upgrade', (request, socket, head) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    socket.on('error', () => socket.destroy());
    plane.upgrade(request, socket, head);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRINUSE') reject(raise.SERVER_PORT_IN_USE({ host, port }, { cause }));
      else reject(raise.SERVER_CANNOT_LISTEN({ host, port, cause: cause.code ?? cause.message }, { cause }));
    });
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close(deadlineMs) {
      isClosing = true;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const late = setTimeout(() => {
        server.closeAllConnections();
        for (const socket of upgraded) socket.destroy();
      }, deadlineMs);
      // Idle again after their last answer.
      const sweep = setInterval(() => server.closeIdleConnections(), 100);
      await closed;
      clearTimeout(late);
      clearInterval(sweep);
    },
  };
}
