import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { Certificates } from './certificates.ts';
import type { EndpointOptions } from './listener-options.ts';
import { readProxyHeader } from './proxy-header.ts';

export interface FrontOptions extends Pick<EndpointOptions, 'tls' | 'h2c'> {
  readonly certificates: Certificates | undefined;
  /** Milliseconds for whatever comes before the first request. */
  readonly limitMs: number;
  /** Whether an address may send PROXY headers; undefined: there are none. */
  readonly isProxy: ((address: string) => boolean) | undefined;
  readonly http1: (socket: Socket, peerAddress: string) => void;
  readonly http2: (socket: Socket, peerAddress: string) => void;
}

/** What stands before HTTP on a connection: a PROXY header, TLS, the choice of the version. */
export function createFront(options: FrontOptions): Server {
  const { tls, certificates, isProxy, limitMs } = options;
  /** Whom PROXY headers name, by the connection's own end. */
  const sources = new Map<string, string>();
  const peerOf = (socket: Socket) => sources.get(endOf(socket)) ?? socket.remoteAddress ?? '';
  const plain = (socket: Socket) =>
    options.h2c === true ? chooseByPreface(socket, options, peerOf(socket)) : options.http1(socket, peerOf(socket));
  const secure =
    tls &&
    certificates &&
    createTlsServer({
      ...certificates.defaults,
      ALPNProtocols: tls.http2 === false ? ['http/1.1'] : ['h2', 'http/1.1'],
      SNICallback: (name, done) => done(null, certificates.contextFor(name)),
      requestCert: tls.clients !== undefined,
      rejectUnauthorized: tls.clients?.mode === 'require',
      handshakeTimeout: limitMs,
    });
  if (secure !== undefined) certificates?.serve(secure);
  secure?.on('secureConnection', (socket: TLSSocket) => {
    const serve = socket.alpnProtocol === 'h2' ? options.http2 : options.http1;
    serve(socket, peerOf(socket));
  });
  secure?.on('tlsClientError', (_problem, socket) => socket.destroy());
  if (isProxy === undefined) return secure ?? createTcpServer({ noDelay: true }, plain);
  return createTcpServer({ noDelay: true }, (socket) => {
    if (!isProxy(socket.remoteAddress ?? '')) {
      socket.destroy();
      return;
    }
    readFirst(socket, limitMs, (bytes) => {
      const header = readProxyHeader(bytes);
      if (header === 'more') return undefined;
      if (header === 'wrong') return { drop: 0, go: () => socket.destroy() };
      return {
        drop: header.length,
        go: () => {
          if (header.source !== undefined) {
            const end = endOf(socket);
            sources.set(end, header.source.address);
            socket.once('close', () => sources.delete(end));
          }
          if (secure === undefined) plain(socket);
          else secure.emit('connection', socket);
        },
      };
    });
  });
}

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

function chooseByPreface(socket: Socket, { limitMs, http1, http2 }: FrontOptions, peerAddress: string): void {
  readFirst(socket, limitMs, (bytes) => {
    const known = Math.min(bytes.length, PREFACE.length);
    const isSame = bytes.subarray(0, known).equals(PREFACE.subarray(0, known));
    if (isSame && bytes.length < PREFACE.length) return undefined;
    return { drop: 0, go: () => (isSame ? http2 : http1)(socket, peerAddress) };
  });
}

/** What was decided: `drop` bytes are dropped, the rest is left for whoever reads next. */
interface Decision {
  readonly drop: number;
  readonly go: () => void;
}

/** Reads the beginning of a connection until something is decided; one that says nothing for too long is closed. */
function readFirst(socket: Socket, limitMs: number, decide: (bytes: Buffer) => Decision | undefined): void {
  let bytes: Buffer = Buffer.alloc(0);
  const late = setTimeout(() => socket.destroy(), limitMs);
  const broken = () => socket.destroy();
  const take = (piece: Buffer) => {
    bytes = bytes.length === 0 ? piece : Buffer.concat([bytes, piece]);
    const decision = decide(bytes);
    if (decision === undefined) return;
    clearTimeout(late);
    socket.pause();
    socket.off('data', take);
    socket.off('error', broken);
    const rest = bytes.subarray(decision.drop);
    if (rest.length > 0) socket.unshift(rest);
    decision.go();
  };
  socket.on('error', broken);
  socket.once('close', () => clearTimeout(late));
  socket.on('data', take);
}

function endOf({ remoteAddress, remotePort, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localPort}`;
}
