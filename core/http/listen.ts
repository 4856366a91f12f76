import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { raise } from '../errors/catalogue.ts';

// As an ES import, `node:http` brings its WebSocket client along: 25 ms of the start.
const { createServer } = process.getBuiltinModule('node:http');

export interface Listening extends AsyncDisposable {
  readonly port: number;
}

/** Serves the app. Disposing stops new connections, lets open requests finish until the deadline, then ends them. */
export async function listen(
  app: RequestListener,
  { host, port, deadlineMs }: { host: string; port: number; deadlineMs: number },
): Promise<Listening> {
  const server = createServer({ requestTimeout: 120_000, headersTimeout: 20_000, keepAliveTimeout: 10_000 }, app);
  let closing = false;
  // A connection that was busy when the server closed is idle afterwards, and would be kept for its client's next request.
  const answered = () => {
    if (closing) setImmediate(() => server.closeIdleConnections());
  };
  server.on('request', (_request, response) => response.on('close', answered));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') reject(raise.SERVER_PORT_IN_USE({ host, port }, { cause: error }));
      else reject(raise.SERVER_CANNOT_LISTEN({ host, port, cause: error.code ?? error.message }, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      closing = true;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), deadlineMs);
      await closed;
      clearTimeout(late);
    },
  };
}
