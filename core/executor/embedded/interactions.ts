import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { RunRecord } from '../engine.ts';
import {
  type InteractionFilter,
  type InteractionPage,
  type InteractionRecord,
  interactionRecord,
} from '../interaction-record.ts';
import type { StoredInteraction } from '../journal/interaction-row.ts';
import type { Journal } from '../journal/journal.ts';
import type { SignalReceived } from '../scheduler/event.ts';
import { runOfInteraction, stepOfInteraction } from '../scheduler/interaction-id.ts';
import type { InteractionAnswer } from '../scheduler/interaction-state.ts';
import { type AnswerRefusal, refuseAnswer } from '../scheduler/refuse-answer.ts';
import type { Clock } from './clock.ts';

export interface InteractionsOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  run(runId: string): Promise<RunRecord | undefined>;
  /** Resolves when the run has it durable, or has ended. */
  tell(runId: string, event: SignalReceived): Promise<void>;
}

/** What the steps of all runs ask people, and the way in for the answers. Reads the journal, so that every host knows the same. */
export class Interactions {
  readonly #options: InteractionsOptions;

  constructor(options: InteractionsOptions) {
    this.#options = options;
  }

  async get(id: string): Promise<InteractionRecord | undefined> {
    const stored = await this.#options.journal.interaction(id);
    return stored === undefined ? undefined : interactionRecord(stored);
  }

  async list(filter: InteractionFilter): Promise<InteractionPage> {
    const { items, ...rest } = await this.#options.journal.interactions(filter);
    return { items: items.map(interactionRecord), ...rest };
  }

  /**
   * Resolves when the answer is durable and counts. The run has the last word: of two answers that come at the same time, what is
   * stored tells which one it took.
   */
  async answer(id: string, answer: InteractionAnswer): Promise<InteractionRecord> {
    const { journal, clock } = this.#options;
    const asked = await this.#asked(id);
    const refusal = refuseAnswer(asked, answer);
    if (refusal !== undefined) throw refused(asked, answer, refusal);
    const event: SignalReceived = { type: 'SignalReceived', at: clock.now(), interaction: id, answer };
    await this.#options.tell(asked.runId, event);
    const now = (await journal.interaction(id)) ?? asked;
    if (!hasTaken(now, answer)) {
      const late = refuseAnswer(now, answer);
      if (late !== undefined) throw refused(now, answer, late);
    }
    return interactionRecord(now);
  }

  async #asked(id: string): Promise<StoredInteraction> {
    const stored = await this.#options.journal.interaction(id);
    if (stored !== undefined) return stored;
    const runId = runOfInteraction(id);
    const step = stepOfInteraction(runId, id);
    const run = step === undefined ? undefined : await this.#options.run(runId);
    const status = run?.status === 'running' ? run.steps[step!.ref]?.status : undefined;
    if (status === 'running' || status === 'waiting') throw raise.INTERACTION_NOT_OPEN({ id }, { retryAfterMs: 1_000 });
    throw raise.INTERACTION_NOT_FOUND({ id });
  }
}

function hasTaken({ response, decisions }: StoredInteraction, { id }: InteractionAnswer): boolean {
  return response?.id === id || decisions.some((decision) => decision.id === id);
}

function refused(
  { id, status, approverGroups }: StoredInteraction,
  answer: InteractionAnswer,
  why: AnswerRefusal,
): BackplaneError {
  const { approver } = answer;
  switch (why) {
    case 'closed':
      return raise.INTERACTION_CLOSED({ id, status });
    case 'repeated':
      return raise.INTERACTION_ANSWERED({ approver });
    case 'not-in-group':
      return raise.INTERACTION_APPROVER_FORBIDDEN({ approver, groups: approverGroups });
    case 'not-an-approval':
      return raise.INTERACTION_ANSWER_INVALID({ id, problem: 'it asks for a response, not for a decision' });
    case 'undecided':
      return raise.INTERACTION_ANSWER_INVALID({ id, problem: 'it asks to approve or to reject' });
  }
}
