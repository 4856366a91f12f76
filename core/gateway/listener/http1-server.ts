import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import type { Log, PolicyRequest } from '@backplane/sdk';
import type { AnswerSink } from '../exchange/answer-sink.ts';
import type { DataPlane } from '../plane/data-plane.ts';
import { type ListenerOptions, STALLED_MS } from './listener-options.ts';
import type { SlowBodies } from './slow-bodies.ts';
import { UnreadableRequests } from './unreadable-requests.ts';

const { createServer } = process.getBuiltinModule('node:http');

export interface Http1Server {
  readonly server: Server;
  /** Serves a connection that another server has accepted. */
  take(socket: Socket, peerAddress: string): void;
  /** Answers from now on end their connections. */
  beginClosing(): void;
  /** Callers of WebSockets are told to come back elsewhere, then cut off. */
  endSockets(): void;
}

/** Serves HTTP/1.1 and asks for WebSockets. */
export function http1Server(plane: DataPlane, options: ListenerOptions, slow: SlowBodies, log: Log): Http1Server {
  const stalledMs = options.stalledMs ?? STALLED_MS;
  const peers = new WeakMap<Socket, string>();
  const upgraded = new Set<Duplex>();
  let isClosing = false;
  const server = createServer({
    ServerResponse: class extends ServerResponse {
      // A connection that was busy when the gateway closed is not kept for another request.
      override writeHead(status: number, reason?: unknown, headers?: unknown): this {
        if (isClosing) this.shouldKeepAlive = false;
        return super.writeHead(status, reason as string, headers as string[]);
      }

      override write(piece: unknown, encoding?: unknown, taken?: unknown): boolean {
        const isTaken = super.write(piece, encoding as 'latin1', taken as undefined);
        if (!isTaken) this.socket?.setTimeout(stalledMs);
        return isTaken;
      }

      override end(piece?: unknown, encoding?: unknown, taken?: unknown): this {
        super.end(piece, encoding as 'latin1', taken as undefined);
        if (this.socket !== null && this.socket.writableLength > 0) this.socket.setTimeout(stalledMs);
        return this;
      }
    },
    headersTimeout: options.headersTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    keepAliveTimeout: options.keepAliveMs,
    connectionsCheckingInterval: Math.max(100, Math.min(5_000, options.headersTimeoutMs / 4)),
    maxHeaderSize: options.maxHeaderBytes,
    noDelay: true,
    requireHostHeader: true,
    // Other protocols are not spoken: such a request is served as if it had not asked (RFC 9110 §7.8).
    shouldUpgradeCallback: ({ method, headers }) => method === 'GET' && /^websocket$/i.test(headers.upgrade ?? ''),
  });
  const incoming = (message: IncomingMessage, askForBody?: () => void) => {
    const { socket } = message;
    const body = bodyOf(message);
    if (body !== undefined) slow.watch(message, () => socket.bytesRead);
    return {
      method: message.method ?? 'GET',
      url: message.url ?? '/',
      rawHeaders: message.rawHeaders,
      socket,
      peerAddress: peers.get(socket) ?? socket.remoteAddress ?? '',
      body,
      askForBody,
    };
  };
  const unreadable = new UnreadableRequests(log, (socket) => peers.get(socket) ?? socket.remoteAddress ?? '');
  server.on('clientError', (problem, socket) => unreadable.refuse(problem, socket as Socket));
  server.on('request', (message, response) => {
    unreadable.read(message, response);
    plane.take(incoming(message), response as unknown as AnswerSink, protocolOf(message));
  });
  server.on('checkContinue', (message, response) => {
    unreadable.read(message, response);
    // Whether the body still comes after a refusal, nobody knows: the connection ends with the answer then.
    const keeps = response.shouldKeepAlive;
    response.shouldKeepAlive = false;
    const askForBody = () => {
      response.shouldKeepAlive = keeps;
      response.writeContinue();
    };
    plane.take(incoming(message, askForBody), response as unknown as AnswerSink, protocolOf(message));
  });
  server.on('upgrade', (message, socket, head) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    socket.on('error', () => socket.destroy());
    (socket as Socket).setTimeout(stalledMs, () => onTimeout(socket as Socket));
    plane.upgrade({ ...incoming(message), body: undefined }, message, socket, head);
  });
  const onTimeout = (socket: Socket) => {
    // While a request is served, silence is no fault, unless the caller does not take what is there for it.
    if (socket.timeout !== stalledMs || socket.writableLength > 0) socket.destroy();
  };
  server.on('timeout', onTimeout);
  return {
    server,
    take(socket, peerAddress) {
      peers.set(socket, peerAddress);
      // Timeouts are told to the server that has accepted the connection, and are meant for this one.
      socket.on('timeout', () => onTimeout(socket));
      server.emit('connection', socket);
      socket.resume();
    },
    beginClosing() {
      isClosing = true;
      server.closeIdleConnections();
    },
    endSockets() {
      for (const socket of upgraded) {
        if (!socket.writable) continue;
        socket.end(GOING_AWAY);
        setTimeout(() => socket.destroy(), 200).unref();
      }
    },
  };
}

/** The frame that closes a WebSocket with 1001 (RFC 6455 §7.4.1). */
const GOING_AWAY = Buffer.from([0x88, 0x02, 0x03, 0xe9]);

function bodyOf(message: IncomingMessage): Readable | undefined {
  const { headers } = message;
  if (headers['transfer-encoding'] !== undefined) return message;
  const length = headers['content-length'];
  return length === undefined || length === '0' ? undefined : message;
}

function protocolOf({ headers }: IncomingMessage): PolicyRequest['protocol'] {
  if (headers['content-type']?.startsWith('application/grpc')) return 'grpc';
  return headers.accept?.includes('text/event-stream') ? 'sse' : 'http';
}
