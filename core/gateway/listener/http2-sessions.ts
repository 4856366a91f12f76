import { constants, createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { PolicyRequest } from '@backplane/sdk';
import type { DataPlane } from '../plane/data-plane.ts';
import { Http2Answer } from './http2-answer.ts';
import { Http2Body } from './http2-body.ts';
import { fromHttp2 } from './http2-headers.ts';
import type { ListenerOptions } from './listener-options.ts';
import type { SlowBodies } from './slow-bodies.ts';

export interface Http2Sessions {
  take(socket: Socket, peerAddress: string): void;
  /** Tells callers to send nothing new, and ends every session with its last answer. */
  close(): void;
  destroy(): void;
}

/** Serves HTTP/2 on connections that a listener has accepted. */
export function http2Sessions(
  plane: DataPlane,
  { keepAliveMs, headersTimeoutMs, maxHeaderBytes }: ListenerOptions,
  slow: SlowBodies,
): Http2Sessions {
  const sessions = new Set<ServerHttp2Session>();
  const peers = new WeakMap<ServerHttp2Session, string>();
  const server: Http2Server = createServer({
    settings: { maxConcurrentStreams: 128, maxHeaderListSize: maxHeaderBytes, enableConnectProtocol: false },
    maxHeaderListPairs: 128,
    maxSessionMemory: 10,
    // A caller that opens streams and takes them back at once is disconnected.
    streamResetBurst: 200,
    streamResetRate: 20,
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.on('error', () => session.destroy());
    let open = 0;
    // Headers come at once; a caller with nothing to ask is kept as long as with HTTP/1.1.
    session.setTimeout(headersTimeoutMs, () => {
      if (open === 0) session.destroy();
    });
    session.on('stream', (stream, headers, _flags, rawHeaders: string[]) => {
      open += 1;
      session.setTimeout(Math.max(keepAliveMs, 1));
      stream.once('close', () => {
        open -= 1;
      });
      const request = fromHttp2(rawHeaders);
      if (request === undefined) {
        stream.respond({ ':status': 400 }, { endStream: true });
        stream.close(constants.NGHTTP2_NO_ERROR);
        return;
      }
      const socket = session.socket as Socket;
      const body = stream.endAfterHeaders ? undefined : new Http2Body(stream);
      const protocol = protocolOf(headers);
      if (body !== undefined && protocol !== 'grpc') slow.watch(body, () => socket.bytesRead);
      const peerAddress = peers.get(session) ?? session.socket.remoteAddress ?? '';
      plane.take(
        { ...request, socket, peerAddress, body, hangUp: () => session.destroy() },
        new Http2Answer(stream, protocol === 'grpc' || headers['te'] === 'trailers'),
        protocol,
      );
    });
  });
  return {
    take(socket, peerAddress) {
      const added = (session: ServerHttp2Session) => peers.set(session, peerAddress);
      server.once('session', added);
      server.emit('connection', socket);
      server.off('session', added);
    },
    close() {
      for (const session of sessions) session.close();
    },
    destroy() {
      for (const session of sessions) session.destroy();
    },
  };
}

function protocolOf(headers: Readonly<Record<string, unknown>>): PolicyRequest['protocol'] {
  if (String(headers['content-type'] ?? '').startsWith('application/grpc')) return 'grpc';
  return String(headers['accept'] ?? '').includes('text/event-stream') ? 'sse' : 'http';
}
