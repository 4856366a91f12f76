import { stringifyJson } from '@backplane/sdk';
import type { Request, Response } from 'express';
import type { Engine } from '../executor/engine.ts';

const HEARTBEAT_MS = 15_000;

/** Streams a run's events until it ends or the client leaves; the comment lines keep idle connections open through proxies. */
export async function sendRunEvents(
  engine: Engine,
  runId: string,
  request: Request,
  response: Response,
  signal: AbortSignal,
): Promise<void> {
  response
    .status(200)
    .set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
  response.flushHeaders();
  const heartbeat = setInterval(() => response.write(': alive\n\n'), HEARTBEAT_MS);
  try {
    const after = Number(request.get('last-event-id') ?? 0);
    for await (const { seq, event } of engine.events(runId, Number.isSafeInteger(after) ? after : 0, signal)) {
      const open = response.write(`id: ${seq}\nevent: ${event.type}\ndata: ${stringifyJson(event)}\n\n`);
      if (!open && !signal.aborted)
        await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
    }
    if (!signal.aborted) response.write('event: end\ndata: {}\n\n');
  } finally {
    clearInterval(heartbeat);
    response.end();
  }
}
