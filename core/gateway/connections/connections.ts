import type { Duplex, Readable } from 'node:stream';

/** One request as it goes to a target. */
export interface UpstreamRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Names and values in turn. What speaks of the connection is left out; a length is checked against the body. */
  readonly headers: readonly string[];
  readonly body?: Readable | Uint8Array | undefined;
  /** Asks for a WebSocket. */
  readonly isUpgrade?: boolean;
  /** Milliseconds that it waits for a connection, and from the last byte sent on for the head of the answer. 0: no limit. */
  readonly headTimeoutMs: number;
  /** Milliseconds between two pieces of the answer. 0: no limit. */
  readonly bodyTimeoutMs: number;
}

/** Holds an answer up, or gives it up. */
export interface AnswerControl {
  pause(): void;
  resume(): void;
  /** The taker is told `failed` with the problem, unless it was told an end already. */
  abort(problem: Error): void;
}

/** Takes what comes back: `begun`, then `head`, pieces and `ended`, or `upgraded`; or at any time `failed`, after which nothing comes. */
export interface AnswerTaker {
  begun(control: AnswerControl): void;
  /** `raw`: names in lower case and values in turn, without those of the connection; the taker's own from now on. */
  head(status: number, reason: string, raw: string[]): void;
  /** `raw` is whole: what agrees on the WebSocket is part of it. The socket is paused. */
  upgraded?(status: number, raw: string[], socket: Duplex): void;
  piece(piece: Buffer): void;
  /** For now there is no more. */
  waits(): void;
  ended(trailers: Readonly<Record<string, string>> | undefined): void;
  failed(problem: Error): void;
}

/** Connections to one target. */
export interface Connections {
  send(request: UpstreamRequest, taker: AnswerTaker): void;
  /** Requests under way finish, new ones are refused. */
  close(): void;
}
