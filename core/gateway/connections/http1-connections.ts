import type { Socket } from 'node:net';
import { buildConnector, errors } from 'undici';
import type { ConnectionTarget } from './connection-target.ts';
import type { AnswerTaker, Connections, UpstreamRequest } from './connections.ts';
import { type ConnectionKeeper, Http1Connection } from './http1-connection.ts';
import { Http1Job } from './http1-job.ts';
import { type RequestHead, requestHead } from './http1-request.ts';

/**
 * Connections of HTTP/1.1 to one target, each with one request at a time. Where all are busy, and there are as many as there may be, requests wait in their
 * order, as long as they would wait for an answer.
 */
export class Http1Connections implements Connections, ConnectionKeeper {
  readonly #target: ConnectionTarget;
  readonly #connect: buildConnector.connector;
  readonly #all = new Set<Http1Connection>();
  /** Used last, taken first: those that are too many grow old. */
  readonly #free: Http1Connection[] = [];
  /** Free from the next turn of the event loop on, when what their other end may have sent too much was seen. */
  #resting: Http1Connection[] = [];
  readonly #waiting = new Set<Http1Job>();
  #dialling = 0;
  #isClosed = false;

  constructor(target: ConnectionTarget) {
    this.#target = target;
    this.#connect = buildConnector({ ...target.tls, allowH2: false, timeout: target.connectTimeoutMs });
  }

  send(request: UpstreamRequest, taker: AnswerTaker): void {
    let head: RequestHead;
    try {
      if (this.#isClosed) throw new errors.ClientClosedError();
      head = requestHead(request, this.#target.hostHeader);
    } catch (problem) {
      taker.failed(problem as Error);
      return;
    }
    const job = new Http1Job(request, head, taker, this);
    taker.begun(job);
    if (job.isOver) return;
    const free = this.#waiting.size === 0 ? this.#free.pop() : undefined;
    if (free !== undefined) {
      free.start(job);
      return;
    }
    job.wait();
    this.#waiting.add(job);
    this.#next();
  }

  close(): void {
    this.#isClosed = true;
    this.#endIdle();
  }

  leave(job: Http1Job): void {
    this.#waiting.delete(job);
  }

  freed(connection: Http1Connection): void {
    if (this.#resting.length === 0) setImmediate(this.#rested);
    this.#resting.push(connection);
  }

  gone(connection: Http1Connection): void {
    this.#all.delete(connection);
    const at = this.#free.indexOf(connection);
    if (at >= 0) this.#free.splice(at, 1);
    const resting = this.#resting.indexOf(connection);
    if (resting >= 0) this.#resting.splice(resting, 1);
    if (this.#waiting.size > 0) this.#next();
  }

  readonly #rested = (): void => {
    const rested = this.#resting;
    this.#resting = [];
    for (const connection of rested) this.#free.push(connection);
    if (this.#waiting.size > 0) this.#next();
    if (this.#isClosed && this.#waiting.size === 0) this.#endIdle();
  };

  #endIdle(): void {
    if (this.#waiting.size > 0) return;
    for (const connection of [...this.#free]) connection.end();
  }

  /** Gives connections to those who wait, and opens more where there may be more. */
  #next(): void {
    while (this.#waiting.size > 0) {
      const connection = this.#free.pop();
      if (connection === undefined) break;
      connection.start(this.#first()!);
    }
    const room = this.#target.connections - this.#all.size - this.#dialling;
    const wanted = Math.min(room, this.#waiting.size - this.#dialling);
    for (let at = 0; at < wanted; at += 1) this.#dial();
  }

  #first(): Http1Job | undefined {
    for (const job of this.#waiting) {
      this.#waiting.delete(job);
      return job;
    }
    return undefined;
  }

  #dial(): void {
    this.#dialling += 1;
    const { hostname, hostHeader, port, isSecure, serverName } = this.#target;
    const target = {
      hostname,
      host: hostHeader,
      protocol: isSecure ? 'https:' : 'http:',
      port: String(port),
      ...(serverName !== undefined && { servername: serverName }),
    };
    this.#connect(target, (problem, socket) => {
      this.#dialling -= 1;
      if (problem !== null) {
        this.#first()?.fail(problem);
        if (this.#waiting.size > 0) this.#next();
        return;
      }
      this.#dialled(socket as Socket);
    });
  }

  #dialled(socket: Socket): void {
    const connection = new Http1Connection(socket, this.#target.keepAliveMs, this);
    this.#all.add(connection);
    this.#free.push(connection);
    this.#next();
    if (this.#isClosed) this.#endIdle();
  }
}
