import { join } from 'node:path';
import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../../errors/catalogue.ts';
import { toErrorRecord } from '../../../errors/to-record.ts';
import { bringCommit, bringNewest, continues, describeCommit } from './bring-commit.ts';
import { type Checkout, checkOut, openCheckout } from './check-out.ts';
import type { KnownActions } from './contents/check-templates.ts';
import { readContents } from './contents/read-contents.ts';
import { type Side, sourceDifference } from './diff/source-difference.ts';
import { type GitHomeOptions, openGitHome } from './git-home.ts';
import type { GitSourceStatus, PromoteOptions, SourceCommit, SourceMove } from './git-sources.ts';
import { insideFolders } from './inside-folders.ts';
import { type Mirror, openMirror } from './mirror.ts';
import { pendingText } from './pending-text.ts';
import type { GitSourceSetting } from './source-config.ts';
import type { SourceDiff } from './source-diff.ts';
import type { SourceState, SourceStates } from './source-state.ts';

const KEPT = 20;
/** Whom the record names when the rules of the source let a commit in. */
const AUTOMATIC = 'promote: auto';

interface Looked {
  readonly state: SourceState;
  /** Why the newest commit is refused. */
  readonly faults?: BackplaneError;
}

export interface GitSourceOptions extends GitHomeOptions {
  /** Of this source alone. */
  readonly folder: string;
  readonly states: SourceStates;
  readonly now: () => Date;
  /** What templates of a commit may call besides each other; absent: their calls are not looked at. */
  readonly actions?: KnownActions;
  moved(move: SourceMove): void;
  /** The newest commit is refused, and was not before. */
  refused(error: BackplaneError): void;
}

/** One repository: its mirror, its checkouts, and the pointer to what is used. What is asked of it happens one after the other. */
export class GitSource {
  readonly setting: GitSourceSetting;
  readonly #options: GitSourceOptions;
  readonly #stopping = new AbortController();
  /** Commits whose signature this process has checked. */
  readonly #checked = new Map<string, SourceCommit>();
  #queue: Promise<unknown> = Promise.resolve();
  nextAt: Date | undefined;

  constructor(setting: GitSourceSetting, options: GitSourceOptions) {
    this.setting = setting;
    this.#options = options;
  }

  async status(): Promise<GitSourceStatus> {
    const { id, url, ref, subdir, sync } = this.setting;
    const { current, candidate, why, pending, before, moves, unfollowed, ...times } = await this.#state();
    const { triedAt, fetchedAt, error } = times;
    const previous = before[0];
    const refused = error !== undefined && error.blame === 'policy';
    return {
      id,
      url: url.text,
      ref,
      subdir,
      promote: sync.promote,
      state: refused
        ? 'refused'
        : error !== undefined
          ? 'unreachable'
          : candidate !== undefined
            ? 'waiting'
            : current === undefined
              ? 'empty'
              : 'current',
      ...(current !== undefined && { current }),
      ...(candidate !== undefined && { candidate }),
      ...(why !== undefined && { why }),
      ...(pending !== undefined && { pending }),
      ...(previous !== undefined && { previous }),
      ...(triedAt !== undefined && { triedAt }),
      ...(fetchedAt !== undefined && { fetchedAt }),
      ...(this.nextAt !== undefined && { nextAt: this.nextAt.toISOString() }),
      ...(error !== undefined && { error }),
      moves,
      ...(unfollowed !== undefined && { unfollowed }),
    };
  }

  sync(signal?: AbortSignal): Promise<GitSourceStatus> {
    return this.#inTurn(async () => {
      const triedAt = this.#options.now().toISOString();
      let found: Looked;
      try {
        found = await this.#withMirror(signal, (mirror) => this.#look(mirror));
      } catch (error) {
        // An attempt that somebody ended says nothing about the source.
        if (BackplaneError.is(error)) await this.#noteFailure(error, { ...(await this.#state()), triedAt });
        throw error;
      }
      const state = { ...found.state, triedAt, fetchedAt: triedAt };
      if (found.faults !== undefined) {
        await this.#noteFailure(found.faults, state);
        throw found.faults;
      }
      const { error: _, ...clear } = state;
      await this.#save(clear);
      return this.status();
    });
  }

  async #noteFailure(error: BackplaneError, state: SourceState): Promise<void> {
    const isNew = state.error?.code !== error.code || state.error.message !== error.message;
    await this.#save({ ...state, error: toErrorRecord(error) });
    if (isNew && error.facts.blame === 'policy') this.#options.refused(error);
  }

  /** The state after a look at the newest commit. */
  async #look(mirror: Mirror): Promise<Looked> {
    const { candidate: _candidate, why: _why, pending: _pending, ...state } = await this.#state();
    const commit = await bringNewest(mirror);
    const found = await describeCommit(mirror, commit);
    this.#checked.set(commit, found);
    const checkout = await checkOut(mirror, commit, this.#commits);
    if (commit === state.current?.commit) return { state: { ...state, current: found } };
    const to = await this.#side(checkout, found);
    const from = state.current === undefined ? undefined : await this.#presentSide(mirror, state.current);
    const diff = sourceDifference(this.setting.id, from, to);
    const forward = state.current === undefined || (await continues(mirror, state.current.commit, commit));
    const why = this.#reasonToWait(state, diff, { forward });
    if (why === undefined) return { state: this.#moved(state, found, { by: AUTOMATIC, action: 'promote' }) };
    const faults = this.#faultsOf(diff.problems, commit);
    const waiting = { ...state, candidate: found, why, pending: pendingText(diff) };
    return { state: waiting, ...(faults !== undefined && { faults }) };
  }

  #faultsOf(problems: SourceDiff['problems'], commit: string): BackplaneError | undefined {
    const [first] = problems;
    if (first === undefined) return undefined;
    const lines = problems.map(({ code, message }) => `${message} (${code})`);
    const { position } = problems.find((one) => one.position !== undefined) ?? first;
    return raise.GIT_COMMIT_FAULTY(
      { source: this.setting.id, commit, problems: lines },
      { details: { problems: [...problems] }, ...(position !== undefined && { position }) },
    );
  }

  #reasonToWait(state: SourceState, diff: SourceDiff, { forward }: { readonly forward: boolean }): SourceState['why'] {
    if (diff.problems.length > 0) return 'problems';
    if (diff.to === state.left) return 'rolled-back';
    if (this.setting.sync.promote === 'manual') return 'manual';
    if (!forward) return 'rewritten';
    if (diff.capabilities === 'wider') return 'capabilities';
    return state.current !== undefined && diff.schema === 'breaking' ? 'breaking' : undefined;
  }

  diff(range: { readonly from?: string; readonly to?: string }): Promise<SourceDiff> {
    return this.#inTurn(async () => {
      const source = this.setting.id;
      const state = await this.#state();
      const wanted = range.to === undefined ? state.candidate : await this.#find(range.to);
      if (wanted === undefined) throw raise.GIT_NOTHING_TO_PROMOTE({ source });
      const base = range.from === undefined ? state.current : await this.#find(range.from);
      return this.#withMirror(undefined, async (mirror) => {
        const from = base === undefined ? undefined : await this.#presentSide(mirror, base);
        return sourceDifference(source, from, await this.#presentSide(mirror, wanted));
      });
    });
  }

  promote({ commit, by }: PromoteOptions): Promise<GitSourceStatus> {
    return this.#inTurn(async () => {
      const { candidate } = await this.#state();
      const wanted = commit === undefined ? candidate : await this.#find(commit);
      if (wanted === undefined) throw raise.GIT_NOTHING_TO_PROMOTE({ source: this.setting.id });
      return this.#move(wanted, { by, action: 'promote' });
    });
  }

  rollback(by: string): Promise<GitSourceStatus> {
    return this.#inTurn(async () => {
      const { current, before } = await this.#state();
      const [target, ...rest] = before;
      if (current === undefined || target === undefined) throw raise.GIT_NOTHING_BEFORE({ source: this.setting.id });
      return this.#move(target, { by, action: 'rollback' }, (state) => ({
        ...state,
        before: rest,
        left: current.commit,
        candidate: current,
        why: 'rolled-back',
      }));
    });
  }

  /** Checks the commit once more, so that no pointer ever leads to one that is no longer let in. */
  async #move(
    wanted: SourceCommit,
    how: Pick<SourceMove, 'by' | 'action'>,
    after: (state: SourceState) => SourceState = (state) => state,
  ): Promise<GitSourceStatus> {
    this.#checked.delete(wanted.commit);
    const { found, contents } = await this.#withMirror(undefined, async (mirror) => {
      const checkout = await this.#bring(mirror, wanted.commit);
      const known = this.#checked.get(wanted.commit)!;
      return { found: known, contents: (await this.#side(checkout, known)).contents };
    });
    // What served before may always serve again.
    const faults = how.action === 'promote' ? this.#faultsOf(contents.problems, found.commit) : undefined;
    if (faults !== undefined) throw faults;
    const before = await this.#state();
    const { candidate, why, pending, left, ...rest } = before;
    const stillWaits = candidate !== undefined && candidate.commit !== found.commit;
    const kept = stillWaits
      ? { candidate, ...(why !== undefined && { why }), ...(pending !== undefined && { pending }) }
      : {};
    const leaving = left === undefined || left === found.commit ? {} : { left };
    await this.#save(after(this.#moved({ ...rest, ...kept, ...leaving }, found, how)));
    return this.status();
  }

  #moved(state: SourceState, current: SourceCommit, how: Pick<SourceMove, 'by' | 'action'>): SourceState {
    const before =
      state.current === undefined || state.current.commit === current.commit
        ? state.before
        : [state.current, ...state.before];
    const move = { at: this.#options.now().toISOString(), ...how, commit: current.commit };
    const moves = [move, ...state.moves].slice(0, KEPT);
    return { ...state, current, before: before.slice(0, KEPT), moves, unfollowed: move };
  }

  followed(move: SourceMove): Promise<void> {
    return this.#inTurn(async () => {
      const { unfollowed, ...state } = await this.#state();
      if (unfollowed?.commit === move.commit && unfollowed.at === move.at) await this.#save(state);
    });
  }

  /** The plugins of a commit that was fetched (absent: the current one), or of any whole commit that the server has. */
  side(commit?: string, signal?: AbortSignal): Promise<Side & { readonly commit: SourceCommit }> {
    return this.#inTurn(async () => {
      const { current } = await this.#state();
      if (commit === undefined && current === undefined) throw raise.GIT_SOURCE_EMPTY({ source: this.setting.id });
      const wanted = commit === undefined ? current!.commit : ((await this.#known(commit))?.commit ?? commit);
      const known = this.#checked.get(wanted);
      const present = known === undefined ? undefined : await openCheckout(this.#commits, wanted, this.setting.subdir);
      const checkout = present ?? (await this.#withMirror(signal, (mirror) => this.#bring(mirror, wanted)));
      const described = this.#checked.get(wanted)!;
      return { ...(await this.#side(checkout, described)), commit: described };
    });
  }

  async #bring(mirror: Mirror, commit: string): Promise<Checkout> {
    await bringCommit(mirror, commit);
    if (!this.#checked.has(commit)) this.#checked.set(commit, await describeCommit(mirror, commit));
    return checkOut(mirror, commit, this.#commits);
  }

  async #presentSide(mirror: Mirror, commit: SourceCommit): Promise<Side> {
    const present = await openCheckout(this.#commits, commit.commit, this.setting.subdir);
    return this.#side(present ?? (await this.#bring(mirror, commit.commit)), commit);
  }

  async #side(checkout: Checkout, commit: SourceCommit): Promise<Side> {
    const { id, folders } = this.setting;
    const seen = insideFolders(checkout, folders);
    return { checkout: seen, contents: await readContents(id, seen, commit, this.#options.actions) };
  }

  async #known(text: string): Promise<SourceCommit | undefined> {
    const { current, candidate, before } = await this.#state();
    const all = [candidate, current, ...before].filter((one) => one !== undefined);
    return text.length < 7 ? undefined : all.find(({ commit }) => commit.startsWith(text.toLowerCase()));
  }

  async #find(text: string): Promise<SourceCommit> {
    const found = await this.#known(text);
    if (found === undefined) throw raise.GIT_COMMIT_UNKNOWN({ source: this.setting.id, commit: text.slice(0, 64) });
    return found;
  }

  async #withMirror<T>(signal: AbortSignal | undefined, work: (mirror: Mirror) => Promise<T>): Promise<T> {
    const { id: source, limits } = this.setting;
    const deadline = AbortSignal.timeout(limits.ms);
    const signals = [deadline, this.#stopping.signal, ...(signal === undefined ? [] : [signal])];
    await using home = await openGitHome(this.setting, this.#options);
    try {
      const place = { folder: join(this.#options.folder, 'mirror.git'), home, signal: AbortSignal.any(signals) };
      return await work(await openMirror(this.setting, place));
    } catch (error) {
      if (deadline.aborted && !BackplaneError.is(error))
        throw raise.GIT_TIMEOUT({ source, limitMs: limits.ms }, { cause: error });
      throw error;
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => {});
    return turn;
  }

  #state(): Promise<SourceState> {
    return this.#options.states.read(this.setting.id);
  }

  async #save(state: SourceState): Promise<void> {
    const before = (await this.#state()).current?.commit;
    await this.#options.states.replace(this.setting.id, state);
    if (state.current?.commit !== before) this.#options.moved(state.moves[0]!);
  }

  get #commits(): string {
    return join(this.#options.folder, 'commits');
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#queue;
  }
}
