import { createHmac } from 'node:crypto';
import type { Http, Log } from '@backplane/sdk';
import type { DataSource } from 'typeorm';
import type { AuditRecord, AuditTrail } from './audit-trail.ts';

/** Where entries are sent as they come. */
export interface AuditWebhook {
  readonly url: string;
  readonly secret?: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

export interface AuditStreamOptions {
  readonly webhook: AuditWebhook;
  readonly source: Pick<DataSource, 'query'>;
  readonly trail: Pick<AuditTrail, 'after'>;
  readonly http: Http;
  readonly log: Log;
  /** Between two looks, in milliseconds, and after the first failure. */
  readonly everyMs?: number;
}

const BATCH = 200;
const LONGEST_PAUSE_MS = 300_000;
const MOST_ANSWER_BYTES = 65_536;

/**
 * Posts every entry in order, each at least once: how far it came stands in the database, and of several hosts one at a time sends.
 * While the other side fails, it is tried again with growing pauses, for ever.
 */
export class AuditStream implements AsyncDisposable {
  readonly #options: AuditStreamOptions;
  readonly #stopping = new AbortController();
  readonly #everyMs: number;
  #pauseMs: number;
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> = Promise.resolve();

  constructor(options: AuditStreamOptions) {
    this.#options = options;
    this.#everyMs = options.everyMs ?? 1_000;
    this.#pauseMs = this.#everyMs;
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#underWay = this.#send().then((waitMs) => {
        if (!this.#stopping.signal.aborted) {
          this.#pauseMs = waitMs;
          this.start();
        }
      });
    }, this.#pauseMs).unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    await this.#underWay;
  }

  /** Sends all that there is; gives how long to wait until the next look. */
  async #send(): Promise<number> {
    const { trail, log } = this.#options;
    try {
      for (let entries = await this.#claim(trail); entries.length > 0; entries = await this.#claim(trail)) {
        await this.#post(entries);
        await this.#delivered(entries.at(-1)!.seq);
      }
      return this.#everyMs;
    } catch (error) {
      if (this.#stopping.signal.aborted) return 0;
      const waitMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
      log.warn('Audit entries wait for their receiver', { cause: (error as Error).message, waitMs });
      return waitMs;
    }
  }

  /** What is to be sent next, for this host alone as long as a delivery may take; nothing while another one sends. */
  async #claim(trail: Pick<AuditTrail, 'after'>): Promise<readonly AuditRecord[]> {
    const { source, webhook } = this.#options;
    await source.query('INSERT INTO audit_stream (name, after_seq) VALUES ($1, 0) ON CONFLICT DO NOTHING', [
      webhook.url,
    ]);
    const [rows]: [readonly { readonly after: string }[], number] = await source.query(
      `UPDATE audit_stream SET leased_until = now() + $2 * interval '1 second' WHERE name = $1 AND leased_until <= now()
        RETURNING after_seq AS after`,
      [webhook.url, webhook.timeoutSeconds + 10],
    );
    const after = rows[0]?.after;
    if (after === undefined) return [];
    const entries = await trail.after(after, BATCH);
    if (entries.length === 0) await this.#delivered(after);
    return entries;
  }

  async #delivered(seq: string): Promise<void> {
    await this.#options.source.query('UPDATE audit_stream SET after_seq = $2, leased_until = now() WHERE name = $1', [
      this.#options.webhook.url,
      seq,
    ]);
  }

  async #post(entries: readonly AuditRecord[]): Promise<void> {
    const { http, webhook, source } = this.#options;
    const body = JSON.stringify({ type: 'audit.entries', entries });
    try {
      const { status } = await http.send({
        url: webhook.url,
        method: 'POST',
        headers: {
          ...webhook.headers,
          'content-type': 'application/json',
          'backplane-event': 'audit.entries',
          'backplane-delivery': `audit-${entries[0]!.seq}-${entries.at(-1)!.seq}`,
          ...(webhook.secret !== undefined && { 'backplane-signature': signature(webhook.secret, body) }),
        },
        body,
        timeoutMs: webhook.timeoutSeconds * 1_000,
        maxResponseBytes: MOST_ANSWER_BYTES,
        signal: this.#stopping.signal,
      });
      if (status < 200 || status > 299) throw new Error(`the receiver answered with status ${status}`);
    } catch (error) {
      await source.query('UPDATE audit_stream SET leased_until = now() WHERE name = $1', [webhook.url]);
      throw error;
    }
  }
}

/** As receivers of notifications check it: HMAC-SHA-256 over time and body. */
function signature(secret: string, body: string): string {
  const time = Math.floor(Date.now() / 1_000);
  return `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;
}
