import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Log } from '@backplane/sdk';
import { Complaints } from '../plane/complaints.ts';

const REFUSALS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};
const BAD_REQUEST = '400 Bad Request';

/** The answer to the last request of a connection, kept at its socket, where it is found fastest. */
const LAST = Symbol('last answer');
type Served = Socket & { [LAST]?: ServerResponse };

/** Answers what the parser cannot read, which no policy sees, and says in the log what it was. */
export class UnreadableRequests {
  readonly #complaints: Complaints;
  readonly #addressOf: (socket: Socket) => string;
  readonly #refused = new WeakSet<Socket>();

  constructor(log: Log, addressOf: (socket: Socket) => string) {
    this.#complaints = new Complaints(log);
    this.#addressOf = addressOf;
  }

  /** A request that was read; the answer to it comes before any refusal of what follows it. */
  read(message: IncomingMessage, response: ServerResponse): void {
    (message.socket as Served)[LAST] = response;
  }

  refuse(problem: NodeJS.ErrnoException, socket: Socket): void {
    if (this.#refused.has(socket)) return;
    this.#refused.add(socket);
    const { code = '' } = problem;
    // A connection that has ended is no request.
    if (!code.startsWith('HPE_') && !Object.hasOwn(REFUSALS, code)) {
      socket.destroy(problem);
      return;
    }
    const clientAddress = this.#addressOf(socket);
    this.#complaints.say(code, 'a request could not be read', { code, problem: problem.message, clientAddress });
    const last = (socket as Served)[LAST];
    if (last === undefined || !last.req.complete || last.writableFinished) this.#end(problem, socket, last);
    else last.once('close', () => this.#end(problem, socket, undefined));
  }

  #end(problem: NodeJS.ErrnoException, socket: Socket, last: ServerResponse | undefined): void {
    const hasBegun = last !== undefined && !last.writableFinished && last.headersSent;
    if (socket.writable && !hasBegun)
      socket.write(`HTTP/1.1 ${REFUSALS[problem.code ?? ''] ?? BAD_REQUEST}\r\nConnection: close\r\n\r\n`);
    socket.destroy(problem);
  }
}
