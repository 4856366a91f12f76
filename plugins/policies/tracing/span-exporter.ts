import type { Counter, Http, Log } from '@backplane/sdk';
import { type Attributes, otlpRequest, type Span } from './otlp.ts';

export interface SpanExporterOptions {
  readonly http: Http;
  readonly log: Log;
  readonly dropped: Counter;
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly resource: Attributes;
  readonly batchSize: number;
  readonly everyMs: number;
  /** Most spans that wait; more are dropped. */
  readonly maxQueued: number;
}

/** Later ones may be taken (OTLP/HTTP, "Retryable Response Codes"). */
const RETRYABLE = new Set([429, 502, 503, 504]);

/** Sends spans in batches, one request at a time. What does not fit into the queue is dropped and counted: requests never wait. */
export class SpanExporter {
  readonly #options: SpanExporterOptions;
  #queue: Span[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #hasFailed = false;

  constructor(options: SpanExporterOptions) {
    this.#options = options;
  }

  add(span: Span): void {
    const { batchSize, everyMs, maxQueued, dropped } = this.#options;
    if (this.#queue.length >= maxQueued) {
      dropped.add({ reason: 'queue' });
      return;
    }
    this.#queue.push(span);
    // After a failure only the timer tries again.
    if (this.#queue.length >= batchSize && !this.#hasFailed) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), everyMs).unref();
  }

  /** Sends what is there, once. */
  async close(): Promise<void> {
    await this.#sending;
    const batches = Math.ceil(this.#queue.length / this.#options.batchSize);
    for (let sent = 0; sent < batches; sent += 1) {
      this.#flush();
      await this.#sending;
    }
    clearTimeout(this.#timer);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#sending !== undefined) return;
    const batch = this.#queue.splice(0, this.#options.batchSize);
    if (batch.length === 0) return;
    this.#sending = this.#send(batch).finally(() => {
      this.#sending = undefined;
      const { batchSize, everyMs } = this.#options;
      if (this.#queue.length >= batchSize && !this.#hasFailed) this.#flush();
      else if (this.#queue.length > 0) this.#timer ??= setTimeout(() => this.#flush(), everyMs).unref();
    });
  }

  async #send(batch: readonly Span[]): Promise<void> {
    const { http, endpoint, headers, resource } = this.#options;
    try {
      const { status } = await http.send({
        url: endpoint,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: otlpRequest(resource, batch),
        followRedirects: false,
        maxResponseBytes: 65_536,
        timeoutMs: 10_000,
      });
      if (status >= 200 && status < 300) this.#hasFailed = false;
      else this.#failed(batch, `the collector answered ${status}`, RETRYABLE.has(status));
    } catch (problem) {
      this.#failed(batch, (problem as Error).message, true);
    }
  }

  #failed(batch: readonly Span[], problem: string, mayRetry: boolean): void {
    const { log, dropped, maxQueued } = this.#options;
    // Once, until it works again: each batch would say the same.
    if (!this.#hasFailed) log.warn('spans could not be exported', { problem, spans: batch.length });
    this.#hasFailed = true;
    const kept = mayRetry ? batch.slice(0, maxQueued - this.#queue.length) : [];
    this.#queue.unshift(...kept);
    if (kept.length < batch.length) dropped.add({ reason: 'export' }, batch.length - kept.length);
  }
}
