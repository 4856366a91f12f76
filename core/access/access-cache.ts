import type { Actor } from './actor.ts';
import { type StandingAt, standingAt } from './decide.ts';
import { EVERYBODY } from './news/access-news.ts';
import type { Place } from './place.ts';
import type { Standing } from './standing.ts';

export type Account = Exclude<Actor, { readonly kind: 'host' }>;

export interface AccessCacheOptions {
  load(kind: 'user' | 'service', id: string): Promise<Standing | undefined>;
  /** False: nothing is kept. */
  isLive(): boolean;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

const KEPT_MS = 300_000;
const MOST_ACCOUNTS = 10_000;

interface Entry {
  readonly standing: Standing | undefined;
  readonly until: number;
  readonly places: Map<string | undefined, StandingAt>;
}

/** What accounts may do, as it was asked for in the last five minutes and has not changed since. */
export class AccessCache {
  readonly #options: AccessCacheOptions;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #loading = new Map<string, Promise<Entry>>();
  #epoch = 0;

  constructor(options: AccessCacheOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** What is known; undefined when it has to be looked up. */
  known({ id }: Pick<Account, 'id'>): Entry | undefined {
    const entry = this.#entries.get(id);
    return entry !== undefined && entry.until > this.#now() && this.#options.isLive() ? entry : undefined;
  }

  /** Looks it up, once for all who ask at this moment. */
  find({ kind, id }: Pick<Account, 'kind' | 'id'>): Promise<Entry> {
    const underWay = this.#loading.get(id);
    if (underWay !== undefined) return underWay;
    const loading = this.#load(kind, id).finally(() => {
      if (this.#loading.get(id) === loading) this.#loading.delete(id);
    });
    this.#loading.set(id, loading);
    return loading;
  }

  /** From now on, whoever asks about them gets what the database says now. */
  forget(subject: string): void {
    this.#epoch += 1;
    if (subject === EVERYBODY) {
      this.#entries.clear();
      this.#loading.clear();
    } else {
      this.#entries.delete(subject);
      this.#loading.delete(subject);
    }
  }

  async #load(kind: Account['kind'], id: string): Promise<Entry> {
    const epoch = this.#epoch;
    const standing = await this.#options.load(kind, id);
    const entry: Entry = { standing, until: this.#now() + KEPT_MS, places: new Map() };
    // What changed meanwhile may not be in it; whoever waits asked before the change.
    if (epoch !== this.#epoch || !this.#options.isLive()) return entry;
    if (this.#entries.size >= MOST_ACCOUNTS) this.#entries.delete(this.#entries.keys().next().value!);
    this.#entries.set(id, entry);
    return entry;
  }
}

/** What the account may do in this place. */
export function at({ standing, places }: Entry & { readonly standing: Standing }, place: Place): StandingAt {
  const key = place.workspace ?? place.organization;
  const known = places.get(key);
  if (known !== undefined && known.place.organization === place.organization) return known;
  const made = standingAt(standing, place);
  places.set(key, made);
  return made;
}
