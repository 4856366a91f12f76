import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Http } from '@backplane/sdk';

export interface Entry {
  readonly Node: { readonly Node: string; readonly Address: string; readonly Datacenter?: string };
  readonly Service: Record<string, unknown> & { readonly ID: string; readonly Port: number };
}

/** An agent that speaks Consul's protocol: `index` and `wait` hold a question until there is news, X-Consul-Index says where one is. */
export async function startConsul(token?: string) {
  const services = new Map<string, readonly Entry[]>();
  const agent = new Map<string, Record<string, unknown>>();
  const asked: URL[] = [];
  const waiting = new Set<() => void>();
  let index = 10;
  let isDown = false;
  const server = createServer(async (request, response) => {
    const url = new URL(request.url!, 'http://consul');
    asked.push(url);
    const answer = (status: number, content: unknown) => {
      const at = isDown ? {} : { 'x-consul-index': String(index) };
      response.writeHead(status, { 'content-type': 'application/json', ...at }).end(JSON.stringify(content));
    };
    if (isDown) return void response.writeHead(500).end('No cluster leader');
    if (token !== undefined && request.headers['x-consul-token'] !== token)
      return void response.writeHead(403).end('Permission denied');
    const [, , ...parts] = url.pathname.split('/').map(decodeURIComponent);
    if (parts[0] === 'health' && parts[1] === 'service') {
      const since = Number(url.searchParams.get('index') ?? 0);
      if (since >= index && since > 0)
        await news(Number.parseInt(url.searchParams.get('wait') ?? '300000', 10), request);
      const tags = url.searchParams.getAll('tag');
      const all = services.get(parts[2]!) ?? [];
      return answer(
        200,
        all.filter(({ Service }) => tags.every((tag) => (Service['Tags'] as string[])?.includes(tag))),
      );
    }
    if (parts[0] === 'status') return answer(200, '10.0.0.1:8300');
    if (parts.join('/') === 'agent/service/register') {
      const body = JSON.parse(await textOf(request)) as Record<string, unknown>;
      agent.set(String(body['ID']), body);
      return answer(200, null);
    }
    if (parts[1] === 'service' && parts[2] === 'deregister') {
      const isThere = agent.delete(parts[3]!);
      return isThere ? answer(200, null) : void response.writeHead(404).end('Unknown service ID');
    }
    const known = agent.get(parts[2]!);
    if (known === undefined) return void response.writeHead(404).end(`unknown service ID: ${parts[2]}`);
    answer(200, { ...known, Service: known['Name'] });
  });
  const news = (waitMs: number, request: IncomingMessage) =>
    new Promise<void>((resolve) => {
      const done = () => {
        waiting.delete(done);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      request.socket.once('close', done);
      waiting.add(done);
    });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    agent,
    /** Questions that wait for news. */
    waiting,
    set(service: string, entries: readonly Entry[], at = index + 1) {
      services.set(service, entries);
      index = at;
      for (const done of [...waiting]) done();
    },
    set isDown(down: boolean) {
      isDown = down;
      for (const done of [...waiting]) done();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += piece;
  return text;
}

export const fetchHttp: Http = {
  async send({ url, method = 'GET', headers = {}, body, timeoutMs = 10_000, signal }) {
    const signals = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
    const sent = typeof body === 'function' ? body() : body;
    const reply = await fetch(url, {
      method,
      headers,
      signal: AbortSignal.any(signals),
      ...(sent && { body: sent as string }),
    });
    return {
      status: reply.status,
      headers: Object.fromEntries(reply.headers),
      body: new Uint8Array(await reply.arrayBuffer()),
      url,
    };
  },
};
