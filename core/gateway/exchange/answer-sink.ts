/** Where an answer is written: Node's response, or what stands in for it when a policy calls a route. */
export interface AnswerSink {
  readonly headersSent: boolean;
  readonly writableFinished: boolean;
  readonly destroyed: boolean;
  /** Names and values in turn. */
  writeHead(status: number, reason: string, raw: string[]): unknown;
  /** False: wait for `drain`. */
  write(piece: Uint8Array): boolean;
  /** Sends the head at once, although nothing follows yet. */
  flushHeaders?(): void;
  addTrailers(trailers: Readonly<Record<string, string>>): void;
  end(piece?: Uint8Array | string, encoding?: 'latin1'): unknown;
  /** HTTP/1.1: whether the connection is kept for another request. */
  shouldKeepAlive?: boolean;
  destroy(problem?: Error): unknown;
  on(event: 'close', listener: () => void): unknown;
  once(event: 'drain' | 'close', listener: () => void): unknown;
}
