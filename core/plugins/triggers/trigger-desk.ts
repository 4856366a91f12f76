import type { RawReply, RawRequest } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { ContributionBoard, Posted } from '../contributions/contribution-board.ts';
import { LiveTrigger } from './live-trigger.ts';
import type { TriggerBinding, TriggerStatus } from './trigger-binding.ts';
import type { TriggerServices } from './trigger-services.ts';

/** Brings together what workflows want and what plugins have, and follows both as they change. */
export class TriggerDesk implements AsyncDisposable {
  readonly #board: ContributionBoard;
  readonly #services: TriggerServices;
  readonly #listening: Disposable;
  readonly #live = new Map<string, LiveTrigger>();
  #wanted: ReadonlyMap<string, TriggerBinding> = new Map();
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(board: ContributionBoard, services: TriggerServices) {
    this.#board = board;
    this.#services = services;
    this.#listening = board.onChange(() => void this.#settle());
  }

  /** What workflows want from now on. What is not among it any more is unsubscribed and forgotten. */
  async want(bindings: readonly TriggerBinding[]): Promise<void> {
    this.#wanted = new Map(bindings.map((binding) => [binding.id, binding]));
    await this.#settle();
  }

  /** Of the workflows of a workspace. */
  statuses(workspace: string): readonly TriggerStatus[] {
    return [...this.#wanted.values()]
      .filter((binding) => binding.workspace === workspace)
      .map(
        ({ id, workflow, trigger }) => this.#live.get(id)?.status() ?? { workflow, trigger, state: 'waiting', runs: 0 },
      );
  }

  /** A delivery to the address with this token. Throws WEBHOOK_NOT_FOUND. */
  async receive(token: string, request: RawRequest): Promise<RawReply> {
    for (const live of this.#live.values()) if (live.token === token) return live.receive(request);
    throw raise.WEBHOOK_NOT_FOUND(undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#listening[Symbol.dispose]();
    await this.#turn;
    await Promise.all([...this.#live.values()].map((live) => live[Symbol.asyncDispose]()));
    this.#live.clear();
  }

  /** One change after the other; never rejects. */
  #settle(): Promise<void> {
    this.#turn = this.#turn
      .then(() => this.#match())
      .catch((problem: Error) => {
        this.#services.log.error('the triggers of plugins could not be settled', { problem: problem.message });
      });
    return this.#turn;
  }

  async #match(): Promise<void> {
    if (this.#closed) return;
    const offered = this.#offered();
    for (const [id, live] of this.#live) {
      const binding = this.#wanted.get(id);
      const posted = offered.get(live.binding.trigger);
      if (
        binding !== undefined &&
        posted?.contribution === live.posted.contribution &&
        binding.everyMs === live.binding.everyMs
      )
        continue;
      this.#live.delete(id);
      await (binding === undefined ? live.forget() : live[Symbol.asyncDispose]());
    }
    for (const [id, binding] of this.#wanted) {
      const posted = offered.get(binding.trigger);
      if (posted !== undefined && !this.#live.has(id))
        this.#live.set(id, new LiveTrigger(binding, posted, this.#services));
    }
  }

  #offered(): ReadonlyMap<string, Posted<'trigger'>> {
    const offered = new Map<string, Posted<'trigger'>>();
    for (const posted of this.#board.of('trigger')) {
      const { name, aliases } = posted.contribution;
      for (const one of [name, ...aliases]) if (!offered.has(one)) offered.set(one, posted);
    }
    return offered;
  }
}
