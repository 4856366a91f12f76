/** Where an answer is written: Node's response, or what stands in for it when a policy calls a route. */
export interface AnswerSink {
  readonly headersSent: boolean;
  readonly writableFinished: boolean;
  readonly destroyed: boolean;
  /** Names and values in turn. */
  writeHead(status: number, reason: string, raw: string[]): unknown;
  /** False: wait for `drain`. */
  write(piece: Uint8Array): boolean;
  addTrailers(trailers: Readonly<Record<string, string>>): void;
  end(piece?: Uint8Array | string, encoding?: 'latin1'): unknown;
  destroy(problem?: Error): unknown;
  once(event: 'drain' | 'close', listener: () => void): unknown;
}
