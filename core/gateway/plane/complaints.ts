import type { Log } from '@backplane/sdk';

/** Between two lines about the same trouble. */
const PAUSE_MS = 5_000;
/** Different troubles that are told apart. */
const MOST = 1_000;

interface Complaint {
  at: number;
  /** How often it came since, and was not written. */
  unsaid: number;
}

/** Warnings that callers could bring about by the thousand: each trouble is said once, then every five seconds with how often it came. */
export class Complaints {
  readonly #log: Log;
  readonly #now: () => number;
  readonly #said = new Map<string, Complaint>();

  constructor(log: Log, now: () => number = Date.now) {
    this.#log = log;
    this.#now = now;
  }

  say(trouble: string, message: string, facts: Readonly<Record<string, unknown>>): void {
    const now = this.#now();
    const last = this.#said.get(trouble);
    if (last !== undefined && now - last.at < PAUSE_MS) {
      last.unsaid += 1;
      return;
    }
    if (this.#said.size >= MOST) this.#said.clear();
    this.#said.set(trouble, { at: now, unsaid: 0 });
    this.#log.warn(message, { ...facts, ...(last !== undefined && last.unsaid > 0 && { meanwhile: last.unsaid }) });
  }
}
