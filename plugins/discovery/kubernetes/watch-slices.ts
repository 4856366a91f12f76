import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { ApiRefusal, type ApiServer } from './api-server.ts';
import { type EndpointSlice, endpointSlice } from './endpoint-slice.ts';

/** The server ends a watch after so many seconds; then it goes on from where it was. */
const WATCH_SECONDS = 290;
const GONE = 410;
const LEAST_MS = 500;

const list = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  items: z.array(endpointSlice),
});

const event = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['ADDED', 'MODIFIED', 'DELETED']), object: endpointSlice }),
  z.object({ type: z.literal('BOOKMARK'), object: z.object({ metadata: z.object({ resourceVersion: z.string() }) }) }),
  z.object({
    type: z.literal('ERROR'),
    object: z.object({ code: z.number().default(0), message: z.string().default('') }),
  }),
]);

export type Slices = ReadonlyMap<string, EndpointSlice>;

export async function listSlices(
  server: ApiServer,
  path: string,
  signal: AbortSignal,
): Promise<{ readonly slices: Map<string, EndpointSlice>; readonly version: string }> {
  const { items, metadata } = list.parse(await server.get(path, signal));
  return { slices: new Map(items.map((slice) => [slice.metadata.name, slice])), version: metadata.resourceVersion };
}

/** All slices at once, then after every change: a list, and a watch that goes on from its version; a new list where that version is too old. */
export async function* watchSlices(server: ApiServer, path: string, signal: AbortSignal): AsyncIterable<Slices> {
  while (!signal.aborted) {
    const { slices, version } = await listSlices(server, path, signal);
    yield slices;
    try {
      yield* follow(server, path, slices, version, signal);
    } catch (problem) {
      if (!(problem instanceof ApiRefusal) || problem.status !== GONE) throw problem;
    }
  }
}

async function* follow(
  server: ApiServer,
  path: string,
  slices: Map<string, EndpointSlice>,
  from: string,
  signal: AbortSignal,
): AsyncIterable<Slices> {
  let version = from;
  while (!signal.aborted) {
    const query = `watch=true&allowWatchBookmarks=true&timeoutSeconds=${WATCH_SECONDS}`;
    const begun = performance.now();
    for await (const line of server.lines(`${path}&${query}&resourceVersion=${encodeURIComponent(version)}`, signal)) {
      const parsed = event.parse(line);
      if (parsed.type === 'ERROR') throw new ApiRefusal(parsed.object.code, parsed.object.message);
      version = parsed.object.metadata.resourceVersion;
      if (parsed.type === 'BOOKMARK') continue;
      if (parsed.type === 'DELETED') slices.delete(parsed.object.metadata.name);
      else slices.set(parsed.object.metadata.name, parsed.object);
      yield slices;
    }
    // A server, or a proxy before it, that ends watches at once is not asked in a circle.
    const leftMs = LEAST_MS - (performance.now() - begun);
    if (leftMs > 0) await setTimeout(leftMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
