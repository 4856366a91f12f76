import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Heard {
  readonly method: string;
  readonly url: string;
  readonly body: string;
}

/** What the plugins of tests/third-party speak to: a feed with its hub, a vault, a chat room. */
export interface AcmeServices extends AsyncDisposable {
  readonly url: string;
  readonly vaultToken: string;
  /** Newest first. */
  readonly feed: { id: string; title: string }[];
  heard(url: string): readonly Heard[];
}

export async function startAcmeServices(): Promise<AcmeServices> {
  const vaultToken = 'acme-vault-token';
  const feed = [{ id: 'e-1', title: 'Old news' }];
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '' } = request;
    let body = '';
    for await (const piece of request) body += piece;
    heard.push({ method, url, body });
    const answer = (status: number, value: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (url === '/feed.json') return answer(200, { items: feed });
    if (!url.startsWith('/v1/')) return answer(202, {});
    if (request.headers['x-vault-token'] !== vaultToken) return answer(403, {});
    if (url !== '/v1/secret/data/pager') return answer(404, {});
    return answer(200, { data: { data: { TOKEN: 'p4ger-t0ken-of-acme' }, metadata: { version: 3 } } });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    vaultToken,
    feed,
    heard: (url) => heard.filter((one) => one.url === url),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
