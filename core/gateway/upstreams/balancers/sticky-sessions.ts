/** Callers choose cookies, so there is an end to what is remembered of them; those who have been away longest go first. */
const MOST_SESSIONS = 100_000;

interface Session {
  readonly target: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** Which target a session stays with, for the upstreams of Ocelot routes: those with the same cookie name share sessions. */
export class StickySessions {
  readonly #sessions = new Map<string, Session>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Id of a target. */
  get(key: string): string | undefined {
    const session = this.#sessions.get(key);
    return session !== undefined && session.until > this.#now() ? session.target : undefined;
  }

  /** From now on, until it has not been used for so long. */
  keep(key: string, target: string, ttlMs: number): void {
    this.#sessions.delete(key);
    this.#sessions.set(key, { target, until: this.#now() + ttlMs });
    if (this.#sessions.size <= MOST_SESSIONS) return;
    const [oldest] = this.#sessions.keys();
    if (oldest !== undefined) this.#sessions.delete(oldest);
  }
}
