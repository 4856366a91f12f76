import { stringifyJson } from '@backplane/sdk';
import type { Response } from 'express';

const HEARTBEAT_MS = 15_000;

/** Server-sent events on a response; comment lines keep idle connections open through proxies. Disposing ends it. */
export interface EventStream extends Disposable {
  /** Resolves when there is room for the next. */
  send(event: string, data: unknown, id?: string | number): Promise<void>;
}

export function openEventStream(response: Response, signal: AbortSignal): EventStream {
  response
    .status(200)
    .set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
  response.flushHeaders();
  const heartbeat = setInterval(() => response.write(': alive\n\n'), HEARTBEAT_MS);
  return {
    async send(event, data, id) {
      const open = response.write(
        `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${stringifyJson(data)}\n\n`,
      );
      if (!open && !signal.aborted)
        await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
    },
    [Symbol.dispose]() {
      clearInterval(heartbeat);
      response.end();
    },
  };
}
