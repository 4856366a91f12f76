import type { Readable } from 'node:stream';

/** Milliseconds before the pace of a body counts. */
const GRACE_MS = 5_000;
const LOOK_EVERY_MS = 1_000;

interface Watched {
  readonly body: Readable;
  readonly bytesRead: () => number;
  readonly begun: number;
  readonly before: number;
  /** Milliseconds in which the caller was not waited for: what it had sent was not taken yet. */
  excused: number;
}

/** Ends requests whose bodies trickle, to hold a connection and a place at the upstream for long. One that waits for the upstream is excused. */
export class SlowBodies implements Disposable {
  readonly #minRate: number;
  readonly #graceMs: number;
  readonly #watched = new Set<Watched>();
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(minRate: number, graceMs = GRACE_MS) {
    this.#minRate = minRate;
    this.#graceMs = graceMs;
    if (minRate > 0) this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  /** `bytesRead`: of its connection, so far. */
  watch(body: Readable, bytesRead: () => number): void {
    if (this.#timer === undefined) return;
    const watched: Watched = { body, bytesRead, begun: performance.now(), before: bytesRead(), excused: 0 };
    this.#watched.add(watched);
    const done = () => this.#watched.delete(watched);
    body.once('end', done);
    body.once('close', done);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#watched.clear();
  }

  #look(): void {
    const now = performance.now();
    for (const watched of this.#watched) {
      const { body, bytesRead, begun, before } = watched;
      if (body.readableLength > 0) watched.excused += LOOK_EVERY_MS;
      const waited = now - begun - watched.excused;
      if (waited < this.#graceMs || ((bytesRead() - before) * 1_000) / waited >= this.#minRate) continue;
      this.#watched.delete(watched);
      body.destroy(new Error('the body came too slowly'));
    }
  }
}
