import type { Note, NoteSender } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { DEFAULT_WORKSPACE } from '../../storage/default-place.ts';
import { usedPorts } from '../actions/call-ports.ts';
import { issueLine, validate } from '../actions/standard-schema.ts';
import type { ContributionBoard, Posted } from '../contributions/contribution-board.ts';
import { LATE, withinDeadline } from '../lifecycle/within-deadline.ts';
import { thrownText } from '../thrown-text.ts';
import { isWholeError } from '../whole-error.ts';

/** Of opening one, and of sending one note. */
const OPEN_MS = 10_000;
const SEND_MS = 30_000;

/** A way to tell people: which notifier, and its settings. */
export interface NotifierUse {
  readonly notifier: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Sends notes by the notifiers of plugins. Each is opened once for its settings and closed when its plugin stops. */
export class NotifierDesk implements AsyncDisposable {
  readonly #board: ContributionBoard;
  readonly #open = new Map<string, { readonly posted: Posted<'notifier'>; readonly sender: Promise<NoteSender> }>();
  readonly #listening: Disposable;

  constructor(board: ContributionBoard) {
    this.#board = board;
    this.#listening = board.onChange(
      () => void this.#closeWhere((posted) => !board.of('notifier').some(sameAs(posted))),
    );
  }

  /** The names that can be used right now. */
  names(): readonly string[] {
    return this.#board.of('notifier').map(({ contribution }) => contribution.name);
  }

  /**
   * Resolves once the other side has taken the note. Throws PLUGIN_NOTIFIER_UNKNOWN, PLUGIN_NOTIFIER_CONFIG, PLUGIN_NOTIFIER_FAILED, or
   * the coded error of the notifier; whoever sends tries again as its `retry` says.
   */
  async send({ notifier, config }: NotifierUse, note: Note, signal: AbortSignal): Promise<void> {
    const posted = this.#board.of('notifier').find(({ contribution }) => contribution.name === notifier);
    if (posted === undefined) throw raise.PLUGIN_NOTIFIER_UNKNOWN({ notifier, known: this.names() });
    try {
      const sender = await this.#senderOf(posted, config);
      const both = AbortSignal.any([signal, AbortSignal.timeout(SEND_MS)]);
      const ended = await withinDeadline(Promise.resolve(sender.send(note, both)), SEND_MS, signal);
      if (ended === LATE) throw new Error(`it did not take the note within ${SEND_MS / 1000} s`);
    } catch (thrown) {
      if (isWholeError(thrown)) throw thrown;
      throw raise.PLUGIN_NOTIFIER_FAILED({ notifier, problem: thrownText(thrown) }, { cause: thrown });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listening[Symbol.dispose]();
    await this.#closeWhere(() => true);
  }

  #senderOf(posted: Posted<'notifier'>, config: NotifierUse['config']): Promise<NoteSender> {
    const key = JSON.stringify([posted.contribution.name, config]);
    const known = this.#open.get(key);
    if (known?.posted.contribution === posted.contribution) return known.sender;
    const sender = open(posted, config);
    this.#open.set(key, { posted, sender });
    // What could not be opened is tried again by the next note.
    sender.catch(() => this.#open.get(key)?.sender === sender && this.#open.delete(key));
    return sender;
  }

  async #closeWhere(isGone: (posted: Posted<'notifier'>) => boolean): Promise<void> {
    const gone = [...this.#open].filter(([, { posted }]) => isGone(posted));
    for (const [key] of gone) this.#open.delete(key);
    await Promise.all(
      gone.map(async ([, { sender }]) => {
        const opened = await sender.catch(() => undefined);
        await withinDeadline(Promise.resolve(opened?.close?.()), OPEN_MS).catch(() => {});
      }),
    );
  }
}

const sameAs = (one: Posted<'notifier'>) => (other: Posted<'notifier'>) => other.contribution === one.contribution;

async function open({ owner, contribution }: Posted<'notifier'>, given: NotifierUse['config']): Promise<NoteSender> {
  const { name: notifier, config: schema, uses } = contribution;
  const outcome = await validate(schema, given);
  if (!outcome.ok) throw raise.PLUGIN_NOTIFIER_CONFIG({ notifier, problems: outcome.issues.map(issueLine) });
  const caller = {
    plugin: owner.id,
    action: notifier,
    workspace: DEFAULT_WORKSPACE,
    environment: 'default',
    signal: owner.signal,
  };
  const ports = usedPorts({ name: notifier, uses }, owner.ports, caller);
  const context = { config: outcome.value, log: owner.log, signal: owner.signal, ...ports };
  const opened = await withinDeadline(
    Promise.resolve().then(() => contribution.open(context)),
    OPEN_MS,
    owner.signal,
  );
  if (opened === LATE) throw new Error(`it did not open within ${OPEN_MS / 1000} s`);
  if (typeof (opened as Partial<NoteSender> | undefined)?.send !== 'function')
    throw new Error('`open` gave nothing that sends');
  return opened as NoteSender;
}
