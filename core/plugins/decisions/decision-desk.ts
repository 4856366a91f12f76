import type { Decider, Decision, DecisionQuery } from '@backplane/sdk';
import { DEFAULT_WORKSPACE } from '../../storage/default-place.ts';
import { usedPorts } from '../actions/call-ports.ts';
import { issueLine, validate } from '../actions/standard-schema.ts';
import type { ContributionBoard, Posted } from '../contributions/contribution-board.ts';
import { LATE, withinDeadline } from '../lifecycle/within-deadline.ts';

const OPEN_MS = 10_000;

/** Which policy decision point is asked, and its settings. */
export interface DecisionUse {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

interface OpenDecider {
  readonly posted: Posted<'decision-point'>;
  readonly decider: Promise<Decider>;
}

/**
 * Asks the one decision point that the configuration names, opened when it is first asked and again after its plugin was exchanged.
 * Rejects while no active plugin brings it: whoever asks lets nobody pass then.
 */
export class DecisionDesk implements AsyncDisposable {
  readonly #board: ContributionBoard;
  readonly #use: DecisionUse;
  readonly #listening: Disposable;
  #open: OpenDecider | undefined;

  constructor(board: ContributionBoard, use: DecisionUse) {
    this.#board = board;
    this.#use = use;
    this.#listening = board.onChange(() => {
      const isThere = board
        .of('decision-point')
        .some((posted) => posted.contribution === this.#open?.posted.contribution);
      if (!isThere) void this.#close();
    });
  }

  get name(): string {
    return this.#use.name;
  }

  async decide(query: DecisionQuery, signal: AbortSignal): Promise<Decision> {
    const posted = this.#board.of('decision-point').find(({ contribution }) => contribution.name === this.#use.name);
    if (posted === undefined) throw new Error(`no active plugin brings the decision point ${this.#use.name}`);
    const decider = await this.#deciderOf(posted);
    return decider.decide(query, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listening[Symbol.dispose]();
    await this.#close();
  }

  #deciderOf(posted: Posted<'decision-point'>): Promise<Decider> {
    if (this.#open?.posted.contribution === posted.contribution) return this.#open.decider;
    void this.#close();
    const decider = open(posted, this.#use.config);
    const opened = { posted, decider };
    this.#open = opened;
    // What could not be opened is tried again by the next question.
    decider.catch(() => {
      if (this.#open === opened) this.#open = undefined;
    });
    return decider;
  }

  async #close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    const decider = await open?.decider.catch(() => undefined);
    await withinDeadline(Promise.resolve(decider?.close?.()), OPEN_MS).catch(() => {});
  }
}

async function open({ owner, contribution }: Posted<'decision-point'>, given: DecisionUse['config']): Promise<Decider> {
  const { name, config: schema, uses } = contribution;
  const outcome = await validate(schema, given);
  if (!outcome.ok) throw new Error(`its configuration is not valid: ${outcome.issues.map(issueLine).join('; ')}`);
  const { signal } = owner;
  const caller = { plugin: owner.id, action: name, workspace: DEFAULT_WORKSPACE, environment: 'default', signal };
  const context = { config: outcome.value, log: owner.log, signal, ...usedPorts({ name, uses }, owner.ports, caller) };
  const opened = await withinDeadline(
    Promise.resolve().then(() => contribution.open(context)),
    OPEN_MS,
    signal,
  );
  if (opened === LATE) throw new Error(`it did not open within ${OPEN_MS / 1000} s`);
  if (typeof (opened as Partial<Decider> | undefined)?.decide !== 'function')
    throw new Error('`open` gave nothing that decides');
  return opened as Decider;
}
