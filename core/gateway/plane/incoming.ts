import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/** A request as a listener hands it on, the same for every version of HTTP. */
export interface Incoming {
  readonly method: string;
  /** As it was sent. */
  readonly url: string;
  /** Names and values in turn, as HTTP/1.1 has them. */
  readonly rawHeaders: readonly string[];
  readonly socket: Socket;
  /** The other end of the connection, or whom a PROXY header names. */
  readonly peerAddress: string;
  readonly body: Readable | undefined;
  /** Tells a caller that waits for it (`Expect: 100-continue`) to send the body. */
  readonly askForBody?: (() => void) | undefined;
  /** Ends the connection, where its socket is not to be touched. */
  readonly hangUp?: () => void;
}
