import { connect, createServer, type Socket } from 'node:net';

export interface RawAnswer {
  readonly text: string;
  readonly status: number;
  /** Statuses of all answers on the connection. */
  readonly statuses: readonly number[];
  readonly wasReset: boolean;
}

/** Sends these bytes and gives what comes until the connection ends, or `quietMs` after the last byte. */
export function exchangeRaw(port: number, text: string | readonly string[], quietMs = 100): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let got = '';
    let wasReset = false;
    let quiet: NodeJS.Timeout | undefined;
    const pieces = typeof text === 'string' ? [text] : text;
    const listen = () => {
      clearTimeout(quiet);
      quiet = setTimeout(() => socket.destroy(), quietMs);
    };
    socket.on('connect', () => {
      for (const piece of pieces) socket.write(piece, 'latin1');
      quiet = setTimeout(() => socket.destroy(), 2_000);
    });
    socket.on('data', (piece) => {
      got += piece.toString('latin1');
      listen();
    });
    socket.on('error', () => {
      wasReset = true;
    });
    socket.on('close', () => {
      clearTimeout(quiet);
      const statuses = [...got.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
      resolve({ text: got, status: statuses.at(-1) ?? 0, statuses, wasReset });
    });
  });
}

export interface RawUpstream extends AsyncDisposable {
  readonly port: number;
  /** What came over each connection. */
  readonly seen: string[];
  readonly sockets: Set<Socket>;
}

/** A service that does with its connections whatever a test wants. */
export async function startRawUpstream(
  serve: (socket: Socket, text: string, connection: number) => void,
): Promise<RawUpstream> {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const at = seen.push('') - 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (piece) => {
      seen[at] += piece.toString('latin1');
      serve(socket, piece.toString('latin1'), at);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    seen,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
