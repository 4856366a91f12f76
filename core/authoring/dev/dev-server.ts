import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { parseJson, stringifyJson } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import { isRecord } from '../../language/values/is-record.ts';
import type { SecretValues } from '../../registry/runnable-action.ts';
import type { DevSession } from './dev-session.ts';
import { tryItPage } from './page/try-it-page.ts';

export interface DevServer extends AsyncDisposable {
  readonly url: string;
  /** Tells every open page that something changed. */
  changed(): void;
}

export interface DevServerOptions {
  readonly session: () => DevSession;
  /** Read anew for every call, so that an edit counts at once. Throws a coded error when the file cannot be read. */
  secrets(): SecretValues;
  /** 0: any free one. */
  readonly port: number;
}

/**
 * The try-it page and what it asks for, on this machine's own address only. Requests of other sites are refused: a page somewhere in the
 * web must not be able to run a plugin with the author's secrets.
 */
export async function startDevServer({ session, secrets, port }: DevServerOptions): Promise<DevServer> {
  const listeners = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    void answer(request, response).catch((thrown) => sendJson(response, 400, { error: toErrorRecord(thrown) }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://localhost:${bound}/`,
    changed() {
      for (const listener of listeners) listener.write('data: changed\n\n');
    },
    async [Symbol.asyncDispose]() {
      for (const listener of listeners) listener.end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '/', headers } = request;
    const own = [`localhost:${bound}`, `127.0.0.1:${bound}`];
    const origin = headers.origin;
    if (!own.includes(headers.host ?? '') || (origin !== undefined && !own.includes(origin.replace(/^http:\/\//, ''))))
      return sendJson(response, 403, {
        error: toErrorRecord(raise.USAGE({ message: 'Open the page by the address that was printed.' })),
      });
    if (method === 'GET' && url === '/') {
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy':
          "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
        'cache-control': 'no-store',
      });
      response.end(tryItPage);
      return;
    }
    if (method === 'GET' && url === '/state') return sendJson(response, 200, session().state);
    if (method === 'GET' && url === '/changes') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(': here\n\n');
      listeners.add(response);
      response.on('close', () => listeners.delete(response));
      return;
    }
    if (method === 'POST' && url === '/run') return sendJson(response, 200, await run(request));
    sendJson(response, 404, { error: toErrorRecord(raise.USAGE({ message: `There is nothing at ${url}.` })) });
  }

  async function run(request: IncomingMessage): Promise<unknown> {
    // A form of another site cannot send this type without asking first.
    if (!(request.headers['content-type'] ?? '').startsWith('application/json'))
      throw raise.USAGE({ message: 'Send JSON.' });
    const order = parseJson(await text(request));
    if (!isRecord(order) || typeof order['action'] !== 'string' || !isRecord(order['input']))
      throw raise.USAGE({ message: 'Send {"action": …, "input": {…}}.' });
    return session().call({
      action: order['action'],
      input: order['input'] as Readonly<Record<string, unknown>>,
      secrets: secrets(),
    });
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(stringifyJson(value));
}
