import { hash } from 'node:crypto';

/** What a token was found to prove. */
export interface Proved<T> {
  readonly value: T;
  /** What it stands on: `user:<id>`, `session:<id>`; a change of any of them voids it. */
  readonly about: readonly string[];
  /** Epoch milliseconds; it proves nothing from then on. */
  readonly until: number;
}

/** Remembers for a short while what tokens prove, so that most requests need no database. Holds digests, never tokens. */
export interface ProofCache<T> {
  get(token: string): T | undefined;
  /** Looks, and remembers what was found unless something changed meanwhile. */
  load(token: string, look: () => Promise<Proved<T> | undefined>): Promise<T | undefined>;
  forget(about: string): void;
  clear(): void;
}

const MOST = 10_000;
/** However well changes are heard of, everything is looked at anew so often. */
const LIFE_MS = 60_000;

/** `hearsChanges` is asked each time: while it says no, nothing that is remembered counts. */
export function createProofCache<T>(hearsChanges: () => boolean, now: () => number = Date.now): ProofCache<T> {
  const entries = new Map<string, Proved<T>>();
  let changes = 0;
  const digest = (token: string) => hash('sha256', token, 'base64');
  return {
    get(token) {
      const found = entries.get(digest(token));
      return found !== undefined && now() < found.until && hearsChanges() ? found.value : undefined;
    },
    async load(token, look) {
      const before = changes;
      const found = await look();
      if (found === undefined || now() >= found.until) return undefined;
      if (before === changes && hearsChanges()) {
        if (entries.size >= MOST) entries.delete(entries.keys().next().value!);
        entries.set(digest(token), { ...found, until: Math.min(found.until, now() + LIFE_MS) });
      }
      return found.value;
    },
    forget(about) {
      changes += 1;
      for (const [key, entry] of entries) if (entry.about.includes(about)) entries.delete(key);
    },
    clear() {
      changes += 1;
      entries.clear();
    },
  };
}
