import type { MadePolicy, PolicySource } from '../chain/make-policy.ts';
import type { PolicyUse } from '../model/policy-use.ts';

interface Shelved {
  readonly made: Promise<MadePolicy>;
  users: number;
}

/** What a snapshot holds of a shelf until it is retired. */
export interface PolicyLease {
  /** Rejects with what is wrong with the configuration of the use. */
  take(use: PolicyUse): Promise<MadePolicy>;
  release(): Promise<void>;
}

/**
 * Policies that are set up, over reloads: a use that stays as it is keeps its state (counters, keys that were fetched, caches), and is closed when no
 * snapshot has it any more.
 */
export class PolicyShelf {
  readonly #source: PolicySource;
  readonly #shelved = new Map<string, Shelved>();

  constructor(source: PolicySource) {
    this.#source = source;
  }

  lease(): PolicyLease {
    const taken = new Map<string, Shelved>();
    return {
      take: (use) => {
        const key = this.#keyOf(use);
        const mine = taken.get(key);
        if (mine !== undefined) return mine.made;
        const shelved = this.#shelved.get(key) ?? { made: this.#source.make(use), users: 0 };
        this.#shelved.set(key, shelved);
        shelved.users += 1;
        taken.set(key, shelved);
        return shelved.made;
      },
      release: async () => {
        const all = [...taken];
        taken.clear();
        await Promise.all(all.map(([key, shelved]) => this.#giveBack(key, shelved)));
      },
    };
  }

  #keyOf({ id, policy, config }: PolicyUse): string {
    return JSON.stringify([id, policy, this.#source.versionOf(policy), config]);
  }

  async #giveBack(key: string, shelved: Shelved): Promise<void> {
    shelved.users -= 1;
    if (shelved.users > 0) return;
    if (this.#shelved.get(key) === shelved) this.#shelved.delete(key);
    const made = await shelved.made.catch(() => undefined);
    await made?.close().catch(() => undefined);
  }
}
