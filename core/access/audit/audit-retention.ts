import type { Log } from '@backplane/sdk';
import type { AuditTrail } from './audit-trail.ts';

export interface AuditRetentionOptions {
  readonly trail: Pick<AuditTrail, 'forget'>;
  readonly keepMs: number;
  readonly log: Log;
}

const FIRST_MS = 60_000;
const EVERY_MS = 3_600_000;

/** Deletes audit entries that are older than they are to be kept, once an hour. */
export class AuditRetention implements AsyncDisposable {
  readonly #options: AuditRetentionOptions;
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: AuditRetentionOptions) {
    this.#options = options;
  }

  start(waitMs = FIRST_MS): void {
    this.#timer = setTimeout(() => {
      this.#underWay = this.#sweep().then(() => {
        if (!this.#closed) this.start(EVERY_MS);
      });
    }, waitMs).unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#underWay;
  }

  async #sweep(): Promise<void> {
    const { trail, keepMs, log } = this.#options;
    try {
      const rows = await trail.forget(new Date(Date.now() - keepMs));
      if (rows > 0) log.info('Old audit entries were deleted', { rows });
    } catch (error) {
      log.warn('Old audit entries could not be deleted', { cause: (error as Error).message });
    }
  }
}
