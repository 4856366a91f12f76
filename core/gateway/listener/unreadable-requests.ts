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

interface Last {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answers what the parser cannot read, which no policy sees, and says in the log what it was. */
export class UnreadableRequests {
  readonly #complaints: Complaints;
  readonly #addressOf: (socket: Socket) => string;
  readonly #last = new WeakMap<Socket, Last>();
  readonly #refused = new WeakSet<Socket>();

  constructor(log: Log, addressOf: (socket: Socket) => string) {
    this.#complaints = new Complaints(log);
    this.#addressOf = addressOf;
  }

  /** A request that was read; the answer to it comes before any refusal of what follows it. */
  read(message: IncomingMessage, response: ServerResponse): void {
    this.#last.set(message.socket, { message, response });
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
    const last = this.#last.get(socket);
    if (last === undefined || !last.message.complete || last.response.writableFinished)
      this.#end(problem, socket, last);
    else last.response.once('close', () => this.#end(problem, socket, undefined));
  }

  #end(problem: NodeJS.ErrnoException, socket: Socket, last: Last | undefined): void {
    const hasBegun = last !== undefined && !last.response.writableFinished && last.response.headersSent;
    if (socket.writable && !hasBegun)
      socket.write(`HTTP/1.1 ${REFUSALS[problem.code ?? ''] ?? BAD_REQUEST}\r\nConnection: close\r\n\r\n`);
    socket.destroy(problem);
  }
}
