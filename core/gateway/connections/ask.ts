import type { AnswerControl, Connections, UpstreamRequest } from './connections.ts';

export interface AskedAnswer {
  readonly status: number;
  /** Names in lower case and values in turn. */
  readonly raw: readonly string[];
  readonly body: Buffer;
  /** Whether the rest of the body was given up. */
  readonly isCut: boolean;
}

export interface AskLimits {
  readonly signal: AbortSignal;
  /** Of the body; what is longer is cut. */
  readonly maxBytes: number;
  readonly onStatus?: (status: number) => void;
}

/** Sends one request of the gateway's own. Rejects with what the connection failed with, or the reason of the signal. */
export function ask(connections: Connections, request: UpstreamRequest, limits: AskLimits): Promise<AskedAnswer> {
  const { signal, maxBytes, onStatus } = limits;
  const { promise, resolve, reject } = Promise.withResolvers<AskedAnswer>();
  let control: AnswerControl | undefined;
  let head = { status: 0, raw: [] as string[] };
  const pieces: Buffer[] = [];
  let bytes = 0;
  const end = (isCut: boolean) => resolve({ ...head, body: Buffer.concat(pieces), isCut });
  const stop = () => {
    reject(signal.reason);
    control?.abort(signal.reason);
  };
  connections.send(request, {
    begun(given) {
      control = given;
      if (signal.aborted) stop();
    },
    head(status, _reason, raw) {
      head = { status, raw };
      onStatus?.(status);
    },
    piece(piece) {
      bytes += piece.byteLength;
      if (bytes <= maxBytes) {
        pieces.push(piece);
        return;
      }
      end(true);
      control?.abort(new Error('the rest of the answer is not wanted'));
    },
    waits() {},
    ended: () => end(false),
    failed: reject,
  });
  signal.addEventListener('abort', stop, { once: true });
  return promise.finally(() => signal.removeEventListener('abort', stop));
}
