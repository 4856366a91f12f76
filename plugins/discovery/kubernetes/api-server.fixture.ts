import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Slice {
  readonly name: string;
  readonly ports: readonly { readonly name?: string; readonly port: number; readonly protocol?: string }[];
  readonly endpoints: readonly {
    readonly addresses: readonly string[];
    readonly conditions?: { readonly ready?: boolean | null };
    readonly nodeName?: string;
    readonly zone?: string;
  }[];
}

interface Watcher {
  readonly response: ServerResponse;
  readonly url: URL;
}

/** An API server with the EndpointSlices of one service: lists with a version, and watches that go on from one. */
export async function startApiServer() {
  const slices = new Map<string, object>();
  const history: { readonly version: number; readonly event: object }[] = [];
  const asked: { readonly url: URL; readonly token: string | undefined }[] = [];
  const watchers = new Set<Watcher>();
  let version = 100;
  /** Older ones are gone. */
  let oldest = 0;
  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://api');
    asked.push({ url, token: request.headers.authorization });
    const json = (status: number, content: object) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    if (request.headers.authorization === 'Bearer wrong')
      return json(401, { kind: 'Status', code: 401, message: 'Unauthorized' });
    if (url.searchParams.get('watch') !== 'true')
      return json(200, { metadata: { resourceVersion: String(version) }, items: [...slices.values()] });
    const from = Number(url.searchParams.get('resourceVersion'));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    if (from < oldest) return void response.end(`${JSON.stringify(GONE)}\n`);
    for (const { version: at, event } of history) if (at > from) response.write(`${JSON.stringify(event)}\n`);
    const watcher = { response, url };
    watchers.add(watcher);
    response.once('close', () => watchers.delete(watcher));
  });
  const happened = (type: string, object: object) => {
    const event = { type, object };
    history.push({ version, event });
    const line = `${JSON.stringify(event)}\n`;
    // In two pieces: lines do not come as packets do.
    for (const { response } of watchers) {
      response.write(line.slice(0, 20));
      response.write(line.slice(20));
    }
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    watchers,
    put({ name, ...rest }: Slice) {
      version += 1;
      const slice = { metadata: { name, resourceVersion: String(version) }, addressType: 'IPv4', ...rest };
      const type = slices.has(name) ? 'MODIFIED' : 'ADDED';
      slices.set(name, slice);
      happened(type, slice);
    },
    delete(name: string) {
      version += 1;
      const slice = slices.get(name) as { metadata: object };
      slices.delete(name);
      happened('DELETED', { ...slice, metadata: { ...slice.metadata, resourceVersion: String(version) } });
    },
    bookmark() {
      version += 50;
      happened('BOOKMARK', { kind: 'EndpointSlice', metadata: { resourceVersion: String(version) } });
    },
    /** Ends all watches; what was before is forgotten when `forgets`. */
    endWatches(forgets: boolean) {
      if (forgets) {
        version += 1_000;
        oldest = version;
        history.length = 0;
      }
      for (const { response } of watchers) response.end();
      watchers.clear();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const GONE = {
  type: 'ERROR',
  object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' },
};
