import type { ErrorRecord } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';
import { toErrorRecord } from '../errors/to-record.ts';
import type { AskedInteraction } from '../executor/embedded/engine-options.ts';
import type { Engine } from '../executor/engine.ts';
import { answerOf, statedIn } from '../http/interactions/answer-body.ts';

/** Answers of the command line, by the ref of the step that asks, in the order in which they are to be given. */
export type GivenAnswers = ReadonlyMap<string, readonly unknown[]>;

/**
 * Stands in for people while a workflow runs without a server: every step that asks gets the answers to its ref, one after the
 * other, until it needs no more. Where they do not suffice nobody ever will answer, so the run is stopped.
 */
export class FileAnswers {
  readonly #given: GivenAnswers;
  readonly #engine: () => Engine;
  /** Why a run had to be stopped. */
  error: ErrorRecord | undefined;

  constructor(given: GivenAnswers, engine: () => Engine) {
    this.#given = given;
    this.#engine = engine;
  }

  /** Never rejects. */
  async answer(asked: AskedInteraction): Promise<void> {
    try {
      await this.#answer(asked);
    } catch (error) {
      this.error ??= toErrorRecord(error);
      await this.#stop(asked.runId);
    }
  }

  async #answer({ id, ref, type, approverGroups }: AskedInteraction): Promise<void> {
    for (const [index, given] of (this.#given.get(ref) ?? []).entries()) {
      const isWord = type === 'approval' && (given === 'approve' || given === 'reject');
      const { approver = `person ${index + 1}`, groups = approverGroups } = type === 'approval' ? statedIn(given) : {};
      const speaker = { approver, groups, via: 'api' } as const;
      const answer = answerOf({ type }, isWord ? { decision: given } : given, speaker);
      if ((await this.#engine().answer(id, answer)).status !== 'open') return;
    }
    throw raise.INTERACTION_UNANSWERED({ ref, asked: type === 'response' ? 'a response' : 'an approval' });
  }

  /** With whatever waits for it: error edges must not take this for an answer. */
  async #stop(runId: string): Promise<void> {
    const { parentRunId } = (await this.#engine().get(runId)) ?? {};
    if (parentRunId !== undefined) await this.#stop(parentRunId);
    await this.#engine().cancel(runId, 'nobody can answer it');
  }
}
