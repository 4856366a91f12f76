import type { SecretReader, StoredSecret } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { DEFAULT_WORKSPACE } from '../../storage/default-place.ts';
import { usedPorts } from '../actions/call-ports.ts';
import { issueLine, validate } from '../actions/standard-schema.ts';
import type { ContributionBoard, Posted } from '../contributions/contribution-board.ts';
import { LATE, withinDeadline } from '../lifecycle/within-deadline.ts';
import { thrownText } from '../thrown-text.ts';
import { isWholeError } from '../whole-error.ts';
import { type AskedSecret, pathInStore, type StoreSetting } from './store-setting.ts';

const OPEN_MS = 10_000;
const MOST_REMEMBERED = 1_000;

interface OpenStore {
  readonly posted: Posted<'secret-store'>;
  readonly reader: Promise<SecretReader>;
  readonly answers: Map<string, { readonly secret: StoredSecret | undefined; readonly until: number }>;
}

/**
 * Reads secrets from the stores of plugins, as `secrets.stores` of the configuration says. Each is opened once and closed when its
 * plugin stops. A store that fails is an error: what it might have had is never taken for absent.
 */
export class SecretStoreDesk implements AsyncDisposable {
  readonly #board: ContributionBoard;
  readonly #settings: ReadonlyMap<string, StoreSetting>;
  readonly #open = new Map<string, OpenStore>();
  readonly #listening: Disposable;

  constructor(board: ContributionBoard, settings: Readonly<Record<string, StoreSetting>>) {
    this.#board = board;
    this.#settings = new Map(Object.entries(settings));
    this.#listening = board.onChange(
      () => void this.#closeWhere(({ posted }) => !board.of('secret-store').some(sameAs(posted))),
    );
  }

  /** Of the first store that has it. Throws SECRET_STORE_FAILED, SECRET_STORE_UNKNOWN, or the coded error of the store. */
  async read(
    asked: AskedSecret,
  ): Promise<{ readonly values: StoredSecret['values']; readonly store: string } | undefined> {
    for (const [store, setting] of this.#settings) {
      const path = pathInStore(setting, asked);
      if (path === undefined) continue;
      const secret = await this.#readOne(store, setting, path);
      if (secret !== undefined) return { values: secret.values, store };
    }
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listening[Symbol.dispose]();
    await this.#closeWhere(() => true);
  }

  async #readOne(store: string, setting: StoreSetting, path: string): Promise<StoredSecret | undefined> {
    try {
      const { reader, answers } = this.#opened(store, setting);
      const known = answers.get(path);
      if (known !== undefined && known.until > Date.now()) return known.secret;
      const limitMs = setting.timeoutSeconds * 1000;
      const given = await withinDeadline(
        reader.then((open) => open.read(path, AbortSignal.timeout(limitMs))),
        limitMs,
      );
      if (given === LATE) throw new Error(`no answer within ${setting.timeoutSeconds} s`);
      const secret = checked(given);
      if (answers.size >= MOST_REMEMBERED) answers.clear();
      const until = Date.now() + setting.cacheSeconds * 1000;
      answers.set(path, { secret, until: Math.min(until, secret?.expiresAt ?? until) });
      return secret;
    } catch (thrown) {
      if (isWholeError(thrown)) throw thrown;
      throw raise.SECRET_STORE_FAILED({ store, secret: path, problem: thrownText(thrown) }, { cause: thrown });
    }
  }

  #opened(store: string, { use, config }: StoreSetting): OpenStore {
    const posted = this.#board.of('secret-store').find(({ contribution }) => contribution.name === use);
    if (posted === undefined) throw raise.SECRET_STORE_UNKNOWN({ store, use });
    const known = this.#open.get(store);
    if (known?.posted.contribution === posted.contribution) return known;
    const opened: OpenStore = { posted, reader: open(posted, config), answers: new Map() };
    this.#open.set(store, opened);
    // What could not be opened is tried again by the next one who asks.
    opened.reader.catch(() => this.#open.get(store) === opened && this.#open.delete(store));
    return opened;
  }

  async #closeWhere(isGone: (store: OpenStore) => boolean): Promise<void> {
    const gone = [...this.#open].filter(([, store]) => isGone(store));
    for (const [key] of gone) this.#open.delete(key);
    await Promise.all(
      gone.map(async ([, { reader }]) => {
        const opened = await reader.catch(() => undefined);
        await withinDeadline(Promise.resolve(opened?.close?.()), OPEN_MS).catch(() => {});
      }),
    );
  }
}

const sameAs = (one: Posted<'secret-store'>) => (other: Posted<'secret-store'>) =>
  other.contribution === one.contribution;

async function open({ owner, contribution }: Posted<'secret-store'>, given: unknown): Promise<SecretReader> {
  const { name, config: schema, uses } = contribution;
  const outcome = await validate(schema, given);
  if (!outcome.ok) throw new Error(`its settings do not fit: ${outcome.issues.map(issueLine).join('; ')}`);
  const caller = {
    plugin: owner.id,
    action: name,
    workspace: DEFAULT_WORKSPACE,
    environment: 'default',
    signal: owner.signal,
  };
  const ports = usedPorts({ name, uses }, owner.ports, caller);
  const context = { config: outcome.value, log: owner.log, signal: owner.signal, ...ports };
  const opened = await withinDeadline(
    Promise.resolve().then(() => contribution.open(context)),
    OPEN_MS,
    owner.signal,
  );
  if (opened === LATE) throw new Error(`it did not open within ${OPEN_MS / 1000} s`);
  if (typeof (opened as Partial<SecretReader> | undefined)?.read !== 'function')
    throw new Error('`open` gave nothing that reads');
  return opened as SecretReader;
}

/** Whatever a plugin gives: values are texts, or it is no secret. */
function checked(given: unknown): StoredSecret | undefined {
  if (given === undefined) return undefined;
  const { values, expiresAt } = (given ?? {}) as Partial<StoredSecret>;
  const isWhole =
    typeof values === 'object' && values !== null && Object.values(values).every((value) => typeof value === 'string');
  if (!isWhole) throw new Error('what it gave has no `values` that are texts');
  return { ...(given as StoredSecret), ...(typeof expiresAt !== 'number' && { expiresAt: undefined }) } as StoredSecret;
}
