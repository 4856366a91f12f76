import { raise } from '../../errors/catalogue.ts';
import type { RunHandle, RunRequest } from '../engine.ts';
import type { Journal, RunStart } from '../journal/journal.ts';
import { KeyTaken } from '../journal/key-taken.ts';
import type { Clock } from './clock.ts';

type Key = NonNullable<RunStart['key']>;

export interface KeyedStartsOptions {
  readonly journal: Pick<Journal, 'runByKey'>;
  readonly clock: Clock;
  /** Throws KeyTaken when a run of another host has the key. */
  begin(request: RunRequest, key: Key): Promise<string>;
}

const KEY_LIFE_MS = 86_400_000;
const KEY = /^[\x20-\x7e\u00a0-\uffff]{1,255}$/;

/** One run for all that come with the same key: those under way here, and by word of the journal those of all hosts. */
export class KeyedStarts {
  readonly #options: KeyedStartsOptions;
  readonly #underWay = new Map<string, Promise<RunHandle>>();

  constructor(options: KeyedStartsOptions) {
    this.#options = options;
  }

  /** Throws RUN_IDEMPOTENCY_KEY_INVALID, and what `begin` throws. */
  start(request: RunRequest, text: string): Promise<RunHandle> {
    if (!KEY.test(text)) throw raise.RUN_IDEMPOTENCY_KEY_INVALID({ problem: describeKey(text) });
    const name = JSON.stringify([request.workflow, text]);
    const underWay = this.#underWay.get(name);
    if (underWay !== undefined) return underWay.then(({ runId }) => ({ runId, existing: true }));
    const begun = this.#begin(request, text).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, begun);
    return begun;
  }

  async #begin(request: RunRequest, text: string): Promise<RunHandle> {
    const { journal, clock, begin } = this.#options;
    const now = clock.now();
    const known = await journal.runByKey(request.workflow, text, now);
    if (known !== undefined) return { runId: known, existing: true };
    const expiresAt = now + (request.idempotencyKeyLifeMs ?? KEY_LIFE_MS);
    try {
      return { runId: await begin(request, { text, expiresAt }), existing: false };
    } catch (error) {
      if (error instanceof KeyTaken) return { runId: error.holder, existing: true };
      throw error;
    }
  }
}

function describeKey(text: string): string {
  return text.length === 0 || text.length > 255
    ? `has ${text.length} characters`
    : 'holds characters that cannot be printed';
}
