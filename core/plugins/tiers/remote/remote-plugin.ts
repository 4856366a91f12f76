import type { BackplaneError, Log } from '@backplane/sdk';
import { raise } from '../../../errors/catalogue.ts';
import type { SchemaIssue } from '../../actions/standard-schema.ts';
import type { AdoptedPlugin } from '../../adopt-plugin.ts';
import { BodyReceiver, BodySender } from '../body-transfer.ts';
import { unpackBytes } from '../crossing/packed-bytes.ts';
import type { TierInstance, TierLoad, TierName } from '../tier.ts';
import { type ErrorClaim, encode, type FromGuest, NO_CALL, type ToGuest } from '../wire.ts';
import { ActiveCall } from './active-call.ts';
import type { Asker } from './asker.ts';
import { type ChildCommand, type ChildEnd, ChildLink } from './child-link.ts';
import { claimedError } from './claimed-error.ts';
import { HostCalls } from './host-calls.ts';
import { lendDatabase } from './lent-database.ts';
import { LivingResults } from './living-results.ts';
import { OpenRequests, type Waiting } from './open-requests.ts';
import { PluginLines } from './plugin-lines.ts';
import { ProcessWatch } from './process-watch.ts';
import { readGuestMessage } from './read-guest-message.ts';
import { givenPorts, PORT_NAMES, type RemoteCall } from './remote-call.ts';

export interface RemoteOptions {
  readonly log: Log;
  /** Told what a plugin's code failed at outside any call. */
  onFault(id: string, problem: string): void;
  /** What is known of the host's code, and where it is noted; absent: found out anew. */
  readonly hostCode?: HostCode;
}

/** The host's code as processes of tiers are handed it; see `host-code/`. By tier, and by what of it such a process needs. */
export type HostCode = Map<string, Uint8Array>;

interface InTier extends RemoteOptions {
  readonly tier: TierName;
  /** Told the host's code by a process that was given none. */
  onHostCode(code: Uint8Array): void;
}

/** Beyond the largest answer: room for what is around it, for pieces of bodies, and for the host's code. */
const FRAME_SLACK = 4 * 1024 * 1024;
/** How long a plugin may take to give a sign of life while the host doubts it. */
export const PATIENCE_MS = 2000;
/** Calls that were given up and still run over there: more, and the process is not worth keeping. */
const MOST_ABANDONED = 1000;

/** A plugin in a process of its own, as the host sees it. Everything it says is checked; every way in which it can end fails its calls with a code. */
export class RemotePlugin implements AsyncDisposable {
  readonly lost: Promise<string>;
  readonly #load: TierLoad;
  readonly #options: InTier;
  readonly #link: ChildLink;
  readonly watch: ProcessWatch;
  readonly #requests = new OpenRequests();
  readonly #calls = new Map<number, ActiveCall>();
  readonly #living: LivingResults;
  readonly #abandoned = new Set<number>();
  readonly #bodies = new BodySender((id, chunk) => this.#say({ t: 'chunk', id }, chunk));
  readonly #hostCalls: HostCalls;
  readonly #lines: PluginLines;
  readonly #loaded = Promise.withResolvers<FromGuest>();
  #lastId = NO_CALL;
  #end: BackplaneError | undefined;
  #leaving = false;
  #lose: (reason: string) => void = () => {};
  #ready = false;
  readonly #isGivenCode: boolean;

  constructor(command: ChildCommand, load: TierLoad, options: InTier) {
    this.#load = load;
    this.#options = options;
    this.#isGivenCode = command.code !== undefined;
    const { limits } = load;
    this.#lines = new PluginLines(limits.logLines, options.log, () =>
      this.end(raise.PLUGIN_LIMIT_LOG({ plugin: this.id, limit: limits.logLines })),
    );
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    this.watch = new ProcessWatch(this, limits);
    this.#living = new LivingResults({
      plugin: this.id,
      limits,
      cancel: (id, why) => this.#say({ t: 'cancel', id, why }),
      over: (id) => {
        this.#hostCalls.callOver(id);
        this.#say({ t: 'over', id });
      },
    });
    const receiver = new BodyReceiver((id) => this.#say({ t: 'ack', id }));
    this.#hostCalls = new HostCalls(this.id, receiver, {
      say: (message, tail) => this.#say(message, tail),
      body: (id, bytes) => void this.#bodies.send(id, bytes),
      drop: (id) => this.#bodies.drop(id),
      end: (error) => this.end(error),
    });
    this.#link = new ChildLink(command, limits.outputChars * 3 + FRAME_SLACK, {
      frame: (text, tail) => this.#hear(text, tail),
      oversized: () =>
        this.end(raise.PLUGIN_LIMIT_MESSAGE({ plugin: this.id, limit: limits.outputChars * 3 + FRAME_SLACK })),
      printed: (text) => this.#lines.print(text),
      ended: (end) => this.#bury(end),
    });
  }

  get id(): string {
    return this.#load.artifact.id;
  }

  /** Resolves when the process is gone. */
  get gone(): Promise<void> {
    return this.#link.gone;
  }

  /** The error for something that no plugin may say. */
  wrong(problem: string): BackplaneError {
    return raise.PLUGIN_PROTOCOL({ plugin: this.id, problem });
  }

  get residentBytes(): number | undefined {
    return this.#link.residentBytes;
  }

  /** True while a call runs that has no limit of time. */
  get isOccupied(): boolean {
    return [...this.#calls.values()].some(({ call }) => call.lasts);
  }

  /** True while calls run: then its limits need a closer look. */
  get busy(): boolean {
    return this.#calls.size > 0;
  }

  /** What the plugin's side says first about it: `loaded`, `unloadable` or `expressions`. */
  async import(entry: string): Promise<FromGuest> {
    const { artifact, limits, signal } = this.#load;
    const since = performance.now();
    const give = () => {
      const limitMs = Math.round(performance.now() - since);
      this.end(raise.PLUGIN_LOAD_TIMEOUT({ id: this.id, limitMs }));
    };
    if (signal.aborted) give();
    signal.addEventListener('abort', give, { once: true });
    this.#say({ t: 'load', manifest: artifact.manifest, entry, outputChars: limits.outputChars });
    try {
      return await this.#loaded.promise;
    } finally {
      signal.removeEventListener('abort', give);
      this.#link.hold(this.busy);
    }
  }

  /** The instance that the rest of the host works with. */
  instance(plugin: AdoptedPlugin, described: unknown): TierInstance {
    return {
      plugin,
      described,
      lost: this.lost,
      ping: (signal) => this.ping(signal),
      [Symbol.asyncDispose]: () => this[Symbol.asyncDispose](),
    };
  }

  async ping(signal: AbortSignal): Promise<void> {
    const give = Promise.withResolvers<never>();
    const late = () => give.reject(raise.PLUGIN_HUNG({ plugin: this.id, limitMs: PATIENCE_MS }));
    if (signal.aborted) late();
    signal.addEventListener('abort', late, { once: true });
    try {
      await Promise.race([this.#request((id) => ({ t: 'ping', id })), give.promise]);
    } finally {
      signal.removeEventListener('abort', late);
    }
  }

  async checkConfig(config: unknown): Promise<readonly SchemaIssue[] | null> {
    return (await this.#request((id) => ({ t: 'config', id, config }))) as readonly SchemaIssue[] | null;
  }

  /** Starts it with its ports, which it keeps until it is stopped. */
  async start(context: object): Promise<void> {
    const { config, log, signal, defer, ...given } = context as StartLike;
    const ports = Object.fromEntries(Object.entries(given).filter(([name]) => PORT_NAMES.includes(name)));
    lendDatabase(ports, this);
    this.#lines.log = log;
    signal.addEventListener('abort', () => this.#say({ t: 'stopping' }), { once: true });
    let started = NO_CALL;
    defer(async () => {
      await this.#request((id) => ({ t: 'stop', id }));
      this.release(started);
    });
    await this.#request((id) => {
      started = id;
      this.#living.keep(id, { action: 'start', log, ports, signal });
      return { t: 'start', id, config, ...givenPorts(ports) };
    });
  }

  run(call: RemoteCall): { readonly id: number; readonly settled: Promise<unknown> } {
    if (this.#end !== undefined) throw this.#end;
    lendDatabase(call.ports, this);
    const id = ++this.#lastId;
    const active = new ActiveCall(call, {
      plugin: this.id,
      limits: this.#load.limits,
      cancel: (why) => this.#say({ t: 'cancel', id, why }),
      doubt: () => void this.#doubt(),
      over: (how) => this.#over(id, how, call),
    });
    this.#calls.set(id, active);
    if (this.#calls.size === 1) this.#link.hold(true);
    try {
      const { message, tail } = call.message(id);
      this.#say(message, tail);
      active.sent();
    } catch (thrown) {
      active.fail(thrown);
    }
    return { id, settled: active.settled };
  }

  /** Loads a module over there that needs no other; gives its number. */
  sendModule(code: string): number {
    const id = ++this.#lastId;
    this.#say({ t: 'module', id, code });
    return id;
  }

  /** Nothing of what this call gave is needed any more. */
  release(id: number): void {
    this.#living.release(id);
  }

  /** Ends the process for this reason. */
  end(error: BackplaneError): void {
    this.#end ??= error;
    this.#link.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaving = true;
    this.#link.hold(true);
    this.end(raise.PLUGIN_PROCESS_STOPPED({ plugin: this.id }));
    await this.#link.gone;
  }

  #over(id: number, how: 'done' | 'failed' | 'abandoned', call: RemoteCall): void {
    this.#calls.delete(id);
    if (how === 'done' && call.living === true) this.#living.keep(id, call);
    else this.#hostCalls.callOver(id);
    if (how === 'abandoned') this.#abandoned.add(id);
    if (this.#calls.size === 0) this.#link.hold(false);
    if (this.#abandoned.size > MOST_ABANDONED)
      this.end(raise.PLUGIN_HUNG({ plugin: this.id, limitMs: this.#load.limits.wallMs }));
  }

  /** A call did not end when it had to: whether the plugin still reacts at all decides about its process. */
  async #doubt(): Promise<void> {
    await this.ping(AbortSignal.timeout(PATIENCE_MS)).catch((error) => this.end(error as BackplaneError));
  }

  #request(message: (id: number) => ToGuest): Promise<unknown> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const id = ++this.#lastId;
    const answer = this.#requests.ask(id);
    this.#say(message(id));
    return answer;
  }

  #say(message: ToGuest, tail?: Uint8Array): void {
    if (!this.#link.send(encode(message), tail)) this.end(raise.PLUGIN_HUNG({ plugin: this.id, limitMs: PATIENCE_MS }));
  }

  #hear(text: string, tail: Uint8Array | undefined): void {
    if (this.#end !== undefined) return;
    const message = readGuestMessage(text);
    const problem = typeof message === 'string' ? message : this.#take(message, tail);
    if (problem !== undefined) this.end(this.wrong(problem));
  }

  /** What is wrong about the message, if anything is. */
  #take(message: FromGuest, tail: Uint8Array | undefined): string | undefined {
    switch (message.t) {
      case 'code':
        // Later, code of the plugin may have had a hand in it.
        if (this.#ready || this.#isGivenCode || tail === undefined) return 'code that nobody asked for';
        this.#options.onHostCode(tail);
        return undefined;
      case 'ready':
        this.#ready = true;
        return undefined;
      case 'loaded':
      case 'unloadable':
      case 'expressions':
        this.#loaded.resolve(message);
        return undefined;
      case 'done':
        return this.#done(message, tail);
      case 'failed':
        return this.#settle(message.id, (waiting, active) => waiting.reject(this.#errorOf(message.error, active)));
      case 'log':
        this.#lines.line(message, this.#askerOf(message.call));
        return undefined;
      case 'progress':
        this.#askerOf(message.call)?.progress(message.note, message.fraction);
        this.#lines.stray();
        return undefined;
      case 'fault':
        this.#options.onFault(this.id, message.problem);
        this.#lines.stray();
        return undefined;
      case 'ack':
        this.#bodies.taken(message.id);
        return undefined;
      default:
        return this.#hostCalls.take(message, tail, (call) => this.#askerOf(call));
    }
  }

  #askerOf(call: number): Asker | undefined {
    return this.#calls.get(call) ?? this.#living.of(call);
  }

  #done({ id, value, places }: Extract<FromGuest, { t: 'done' }>, tail?: Uint8Array): string | undefined {
    const unpacked = places === undefined ? { value } : unpackBytes(value, places, tail ?? new Uint8Array());
    if (unpacked === undefined) return 'bytes that stand nowhere';
    return this.#settle(id, (waiting) => waiting.resolve(unpacked.value));
  }

  #settle(id: number, act: (waiting: Waiting, active?: ActiveCall) => void): string | undefined {
    const active = this.#calls.get(id);
    const request = this.#requests.take(id);
    if (active !== undefined)
      act({ resolve: (value) => active.succeed(value), reject: (error) => active.fail(error) }, active);
    else if (request !== undefined) act(request);
    else if (!this.#abandoned.delete(id)) return 'an answer to nothing';
    return undefined;
  }

  #errorOf(claim: ErrorClaim, active?: ActiveCall): unknown {
    return claimedError(claim, {
      plugin: this.id,
      action: active?.action ?? '',
      args: active?.call.input,
      outputChars: this.#load.limits.outputChars,
    });
  }

  #bury({ how, stderr, outOfMemory }: ChildEnd): void {
    this.#end ??= this.#causeOf(how, stderr, outOfMemory);
    const error = this.#end;
    this.#loaded.promise.catch(() => {});
    this.#loaded.reject(error);
    for (const active of [...this.#calls.values()]) active.fail(error);
    this.#requests.failAll(error);
    this.#hostCalls.allOver();
    this.#living.clear();
    if (!this.#leaving) this.#lose(error.message);
  }

  #causeOf(how: string, stderr: string, outOfMemory: boolean): BackplaneError {
    const { limits } = this.#load;
    if (outOfMemory) return raise.PLUGIN_LIMIT_MEMORY({ plugin: this.id, limitMb: limits.memoryMb });
    if (this.#ready) return raise.PLUGIN_CRASHED({ plugin: this.id, how });
    const reason = stderr.split('\n').find((line) => /error/i.test(line)) ?? how;
    return raise.PLUGIN_TIER_UNAVAILABLE({ id: this.id, tier: this.#options.tier, reason });
  }
}

interface StartLike {
  readonly config: unknown;
  readonly log: Log;
  readonly signal: AbortSignal;
  defer(cleanup: () => unknown): void;
  readonly [port: string]: unknown;
}
