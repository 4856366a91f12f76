import type { Log } from '@backplane/sdk';
import type { DataSource } from 'typeorm';

const WRITE_MS = 60_000;

/** Remembers which secrets were handed out, and writes it down now and then: a run never waits for that. */
export class SecretUses implements AsyncDisposable {
  readonly #source: DataSource;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #used = new Set<string>();

  constructor(source: DataSource, log: Log) {
    this.#source = source;
    this.#log = log;
    this.#timer = setInterval(() => void this.write(), WRITE_MS).unref();
  }

  note(secretId: string): void {
    this.#used.add(secretId);
  }

  async write(): Promise<void> {
    const used = [...this.#used];
    if (used.length === 0) return;
    this.#used = new Set();
    try {
      await this.#source.query(
        `INSERT INTO secret_use (secret_id, used_at) SELECT id, now() FROM secret WHERE id = ANY ($1) ORDER BY id
          ON CONFLICT (secret_id) DO UPDATE SET used_at = excluded.used_at`,
        [used],
      );
    } catch (error) {
      this.#log.debug('when secrets were used was not written', { cause: (error as Error).message });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.write();
  }
}
