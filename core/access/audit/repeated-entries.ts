import type { AuditEntry } from './audit-log.ts';

const WINDOW_MS = 10_000;
const MOST_KEYS = 1_000;

interface Counted {
  readonly entry: AuditEntry;
  times: number;
}

/** The first of its kind is stored as it is; what repeats it within ten seconds becomes one entry that says how often. */
export class RepeatedEntries {
  readonly #store: (entry: AuditEntry) => void;
  #counted = new Map<string, Counted>();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: (entry: AuditEntry) => void) {
    this.#store = store;
  }

  /** True for what was counted and is not to be stored by itself. */
  takes(entry: AuditEntry): boolean {
    const isRoom = this.#counted.size < MOST_KEYS;
    const key = isRoom || this.#counted.has(keyOf(entry)) ? keyOf(entry) : entry.action;
    const known = this.#counted.get(key);
    if (known !== undefined) {
      known.times += 1;
      return true;
    }
    // Beyond the room the kinds are only told apart by their action.
    this.#counted.set(key, { entry: isRoom ? entry : withoutWho(entry), times: 0 });
    this.#timer ??= setTimeout(() => this.flush(), WINDOW_MS).unref();
    return false;
  }

  /** Stores what was counted. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const counted = this.#counted;
    this.#counted = new Map();
    for (const { entry, times } of counted.values())
      if (times > 0) this.#store({ ...entry, details: { ...entry.details, repeated: times } });
  }
}

function keyOf({ actor, action, place, resource, address, details }: AuditEntry): string {
  const who = actor === undefined ? undefined : actor.kind === 'host' ? actor.name : [actor.id, actor.key?.id];
  // Guesses at one account are one kind, and another kind than those at the next; so is being locked out.
  const about = actor === undefined ? [resource?.type, resource?.id] : [resource?.type];
  const why = [details?.['scope'], details?.['code']];
  return JSON.stringify([who, action, place?.organization, place?.workspace, ...about, ...why, address]);
}

function withoutWho({ action, outcome }: AuditEntry): AuditEntry {
  return { actor: undefined, action, outcome, details: { several: true } };
}
