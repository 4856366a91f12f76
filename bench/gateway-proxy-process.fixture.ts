// One proxy in a process of its own: `node gateway-proxy-process.fixture.ts KIND UPSTREAM_PORT OPTIONS`. Tells its port to its parent.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { defineGatewayPolicy, type GatewayPolicy } from '@backplane/sdk';
import { Pool } from 'undici';
import type { WebSocketServer } from 'ws';
import { z } from 'zod';
import type { GatewayModel } from '../core/gateway/model/gateway-model.ts';
import { BODY } from './gateway-proxy.fixture.ts';

const [, , kind = '', upstream = '', options = '{}'] = process.argv;
const origin = `http://127.0.0.1:${upstream}`;
const CONNECTIONS = 128;
const SIX = ['correlation-id', 'cors', 'security-headers', 'rate-limit', 'jwt', 'metrics'];

const kinds: Readonly<Record<string, () => Promise<number>>> = {
  service: () => serve(answer),
  async sockets() {
    const server = createServer();
    // The version that lies here may be an older one, whose server has another name.
    const { Server } = createRequire(import.meta.url)('ws') as { Server: typeof WebSocketServer };
    new Server({ server, perMessageDeflate: false });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  },
  bare: async () => serve(barePass()),
  gateway: () => gateway(JSON.parse(options) as Wanted),
  async fastify() {
    const { default: fastify } = await import('fastify' as string);
    const { default: proxy } = await import('@fastify/http-proxy' as string);
    const app = fastify();
    app.register(proxy, { upstream: origin, undici: { connections: CONNECTIONS, pipelining: 1 } });
    await app.listen({ port: 0, host: '127.0.0.1' });
    return app.server.address().port;
  },
  async httpProxy() {
    const { createProxyServer } = await import('http-proxy-3' as string);
    const { Agent } = await import('node:http');
    const proxy = createProxyServer({ target: origin, agent: new Agent({ keepAlive: true, maxSockets: CONNECTIONS }) });
    return serve((request, response) => proxy.web(request, response));
  },
};

let reload: ((routes: number) => Promise<void>) | undefined;
process.on('message', (order: { readonly reload?: number; readonly collect?: boolean }) => {
  const work = async () => {
    if (order.reload !== undefined) await reload!(order.reload);
    if (order.collect) globalThis.gc!();
  };
  work().then(
    () => process.send!({}),
    (problem) => process.send!({ error: String(problem) }),
  );
});
process.send!({ port: await kinds[kind]!() });

/** A small body, or as many gigabytes as the query says, at the pace at which they are taken. */
function answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
  const gigabytes = Number(/gigabytes=(\d+)/.exec(url)?.[1] ?? 0);
  if (gigabytes === 0) {
    response.end(BODY);
    return;
  }
  const piece = Buffer.alloc(2 ** 18, 'x');
  let left = gigabytes * 2 ** 12;
  const more = () => {
    while (left-- > 0) if (!response.write(piece)) return void response.once('drain', more);
    response.end();
  };
  more();
}

async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** The least that is a proxy: headers of the connection left out, bodies both ways, the upstream let go when the caller goes. */
function barePass() {
  const pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1 });
  const hop = new Set(['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'host', 'expect']);
  return (request: IncomingMessage, response: ServerResponse) => {
    const headers: string[] = [];
    const raw = request.rawHeaders;
    for (let at = 0; at < raw.length; at += 2)
      if (!hop.has(raw[at]!.toLowerCase())) headers.push(raw[at]!, raw[at + 1]!);
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    let abort = () => {};
    response.on('close', () => response.writableFinished || abort());
    pool.dispatch(
      { path: request.url!, method: request.method as 'GET', headers, body: (length ?? encoding) ? request : null },
      {
        onRequestStart: (controller) => (abort = () => controller.abort(new Error('gone'))),
        onResponseStart(_controller, status, given) {
          const answer: Record<string, string | string[]> = {};
          for (const name in given) if (!hop.has(name)) answer[name] = given[name]!;
          response.writeHead(status, answer);
        },
        onResponseData(controller, piece) {
          if (response.write(piece)) return;
          controller.pause();
          response.once('drain', () => controller.resume());
        },
        onResponseEnd: () => void response.end(),
        onResponseError: (_controller, problem) =>
          void (response.headersSent ? response.destroy(problem) : response.writeHead(502).end()),
      },
    );
  };
}

async function gateway({ routes = 1, policies = 'none', secret = '' }: Wanted): Promise<number> {
  const { startGateway, route, upstream: service, use } = await import('../core/gateway/gateway.fixture.ts');
  const { EMPTY_MODEL } = await import('../core/gateway/model/gateway-model.ts');
  const brought = await policiesOf(policies);
  const uses = await Promise.all(
    brought.map(async ({ name, config }, at) => {
      const { value } = await config['~standard'].validate(configOf(name, secret));
      return use(name, value, `use-${at}`);
    }),
  );
  const modelOf = (count: number): GatewayModel => ({
    ...EMPTY_MODEL,
    routes: Array.from({ length: count }, (_, at) =>
      route(`route-${at}`, `/services/${at}/{rest*}`, { policies: uses }),
    ),
    upstreams: [
      service('up', [Number(upstream)], {
        pool: { connections: CONNECTIONS, keepAliveMs: 4_000, connectTimeoutMs: 10_000, bodyTimeoutMs: 300_000 },
      }),
    ],
  });
  const running = await startGateway(modelOf(routes), brought);
  reload = (count) => running.reload(modelOf(count));
  return running.port;
}

interface Wanted {
  readonly routes?: number;
  readonly policies?: string;
  readonly secret?: string;
}

async function policiesOf(wanted: string): Promise<readonly GatewayPolicy[]> {
  if (wanted === 'none') return [];
  if (wanted === 'six') {
    const modules = await Promise.all(SIX.map((name) => import(`../plugins/policies/${name}/index.ts`)));
    return modules.flatMap(({ default: plugin }) => plugin.contributes as GatewayPolicy[]);
  }
  return Array.from({ length: 15 }, (_, at) =>
    defineGatewayPolicy({
      name: `idle-${at}`,
      title: 'Idle',
      summary: 'Does nothing.',
      config: z.object({}),
      phases: ['route', 'rewrite'],
      onFailure: 'open',
      create: () => ({ route: () => undefined, rewrite: () => undefined }),
    }),
  );
}

function configOf(name: string, secret: string): object {
  switch (name) {
    case 'jwt':
      return { secret };
    case 'rate-limit':
      return { limit: 1_000_000_000, period: '1h' };
    case 'cors':
      return { origins: ['https://app.example.com'], credentials: true };
    default:
      return {};
  }
}
