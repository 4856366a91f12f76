import type { ByteStream, PolicyReply } from '@backplane/sdk';
import type { GatewayExchange } from '../exchange/gateway-exchange.ts';
import { replyHeaders } from './answer-headers.ts';

/** Writes an answer as it is: the hooks have had their say. */
export function writeReply(exchange: GatewayExchange, reply: PolicyReply, reason: string): void {
  const { sink } = exchange;
  const raw = replyHeaders(reply);
  const { body } = reply;
  exchange.answer = { ...exchange.response, status: reply.status };
  if (body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)) {
    sink.writeHead(reply.status, reason, raw);
    void pump(body, (piece) => writePaced(exchange, piece)).then(
      () => sink.end(),
      (problem) => sink.destroy(problem),
    );
    return;
  }
  const bytes = bytesOf(body);
  if (mayHaveBody(reply.status)) raw.push('content-length', String(bytes?.byteLength ?? 0));
  sink.writeHead(reply.status, reason, raw);
  exchange.sentBytes += bytes?.byteLength ?? 0;
  sink.end(exchange.request.method === 'HEAD' ? undefined : bytes);
}

export async function pump(body: ByteStream, take: (piece: Uint8Array) => Promise<void> | undefined): Promise<void> {
  for await (const piece of body) await take(piece);
}

function writePaced({ sink }: GatewayExchange, piece: Uint8Array): Promise<void> | undefined {
  if (sink.destroyed) throw new Error('the caller has gone');
  return sink.write(piece) ? undefined : new Promise((resolve) => sink.once('drain', resolve));
}

export function bytesOf(body: string | Uint8Array | undefined): Uint8Array | undefined {
  return typeof body === 'string' ? Buffer.from(body) : body;
}

export function mayHaveBody(status: number): boolean {
  return status >= 200 && status !== 204 && status !== 304;
}
