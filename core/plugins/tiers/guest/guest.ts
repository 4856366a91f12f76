import { BackplaneError, type ErrorRecord, parseJson } from '@backplane/sdk';
import type { AdoptedAction } from '../../actions/action-shape.ts';
import { type StandardSchema, validate } from '../../actions/standard-schema.ts';
import { type AdoptedPlugin, adoptPlugin } from '../../adopt-plugin.ts';
import { BodyReceiver, BodySender, CHUNK_BYTES } from '../body-transfer.ts';
import { DATABASE } from '../crossing/database-shape.ts';
import { unpackBytes } from '../crossing/packed-bytes.ts';
import {
  encode,
  type FromGuest,
  type GivenPorts,
  type InvokeMessage,
  type LifecycleMessage,
  type LogLevel,
  NO_CALL,
  type ToGuest,
} from '../wire.ts';
import { describePlugin } from './describe-plugin.ts';
import { errorClaim, shortened } from './error-claim.ts';
import { runCall } from './guest-call.ts';
import { guestDatabase } from './guest-database.ts';
import { GuestFunctions, SizeError } from './guest-functions.ts';
import { type AskHost, guestPorts } from './guest-ports.ts';

export interface GuestOptions {
  send(text: string, tail?: Uint8Array): void;
  /** The default export of the plugin's entry. */
  importEntry(entry: string): Promise<unknown>;
  /** The exports of a module that imports nothing. Absent: {@link Guest.loaded} is called from outside. */
  importCode?(code: string): Promise<unknown>;
  bodyOf(body: unknown): Promise<{ bytes?: Uint8Array; contentType?: string }>;
  /** Absent: not loaded along. */
  readonly expressions?: unknown;
}

interface Waiting {
  resolve(answer: { value: unknown; body?: Uint8Array }): void;
  reject(error: unknown): void;
}

/**
 * The plugin's side of a tier: loads it, starts it, runs its calls and asks the host for what they need. Knows nothing of where it runs. A
 * plugin may tamper with all of it, as they share a world: it gains nothing, since the host believes none of what comes from here.
 */
export class Guest {
  readonly #options: GuestOptions;
  readonly #bodies = new BodySender((id, chunk) => this.#say({ t: 'chunk', id }, chunk));
  readonly #replies = new BodyReceiver((id) => this.#say({ t: 'ack', id }));
  readonly #running = new Map<number, AbortController>();
  readonly #functions = new GuestFunctions({
    outputChars: () => this.#outputChars,
    ask: (call) => this.#asking(call),
    module: (id) => this.#module(id).promise,
    context: (call, given) => ({ ...this.#portsOf(call, given), log: this.#log(call) }),
  });
  readonly #waiting = new Map<number, Waiting>();
  readonly #modules = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #stopping = new AbortController();
  readonly #cleanups: (() => unknown)[] = [];
  #actions = new Map<string, AdoptedAction>();
  #plugin: AdoptedPlugin | undefined;
  #outputChars = 0;
  #lastId = 0;

  constructor(options: GuestOptions) {
    this.#options = options;
  }

  receive(text: string, tail?: Uint8Array): void {
    const message = parseJson(text) as ToGuest;
    switch (message.t) {
      case 'load':
        void this.#load(message);
        break;
      case 'call':
        void this.#call(message);
        break;
      case 'cancel':
        this.#running.get(message.id)?.abort(new DOMException(message.why, 'AbortError'));
        this.#functions.cancel(message.id, message.why);
        break;
      case 'invoke':
        void this.#invoke(message, tail);
        break;
      case 'module':
        this.loaded(message.id, this.#options.importCode?.(message.code));
        break;
      case 'over':
        this.#functions.over(message.id);
        break;
      case 'answer':
        void this.#answer(message, tail);
        break;
      case 'refusal':
        this.#settle(message.id)?.reject(errorOf(message.error));
        break;
      case 'chunk':
        void this.#replies.chunk(message.id, tail ?? new Uint8Array());
        break;
      case 'ack':
        this.#bodies.taken(message.id);
        break;
      case 'ping':
        this.#say({ t: 'done', id: message.id, value: null });
        break;
      case 'stopping':
        this.#stopping.abort();
        break;
      default:
        void this.#reply(message.id, () => this.#lifecycle(message));
        break;
    }
  }

  /** A module that the host sent is there. */
  loaded(id: number, module: unknown): void {
    this.#module(id).resolve(module);
  }

  #module(id: number): PromiseWithResolvers<unknown> {
    const known = this.#modules.get(id) ?? Promise.withResolvers<unknown>();
    this.#modules.set(id, known);
    return known;
  }

  /** A fault outside any call. */
  fault(thrown: unknown): void {
    const claim = errorClaim(thrown);
    this.#say({ t: 'fault', problem: claim.kind === 'thrown' ? claim.problem : 'a coded error' });
  }

  async #load({ manifest, entry, outputChars }: Extract<ToGuest, { t: 'load' }>): Promise<void> {
    this.#outputChars = outputChars;
    try {
      const plugin = adoptPlugin(await this.#options.importEntry(entry), manifest);
      if (computes(plugin) && this.#options.expressions === undefined) return this.#say({ t: 'expressions' });
      this.#plugin = plugin;
      this.#actions = new Map(plugin.actions.map((action) => [action.name, action]));
      this.#say({ t: 'loaded', plugin: describePlugin(plugin, this.#functions) });
    } catch (thrown) {
      this.#say({ t: 'unloadable', error: errorClaim(thrown) });
    }
  }

  async #lifecycle(message: LifecycleMessage): Promise<unknown> {
    if (message.t === 'stop') return this.#stop();
    const { config: schema, start } = this.#plugin!;
    const checked = schema === undefined ? undefined : await validate(schema as StandardSchema, message.config);
    if (message.t === 'config') return checked?.ok === false ? checked.issues : null;
    await start?.({
      config: checked?.ok ? checked.value : message.config,
      ...this.#portsOf(message.id, message),
      log: this.#log(NO_CALL),
      signal: this.#stopping.signal,
      defer: (cleanup: () => unknown) => void this.#cleanups.push(cleanup),
    });
    return null;
  }

  /** Every clean-up in its own try, last in first out; what failed is told. */
  async #stop(): Promise<null> {
    this.#stopping.abort();
    for (let cleanup = this.#cleanups.pop(); cleanup !== undefined; cleanup = this.#cleanups.pop()) {
      try {
        await cleanup();
      } catch (thrown) {
        this.fault(thrown);
      }
    }
    return null;
  }

  async #call(message: Extract<ToGuest, { t: 'call' }>): Promise<void> {
    const controller = new AbortController();
    this.#running.set(message.id, controller);
    const outcome = await runCall(this.#actions.get(message.action)!, message, {
      signal: controller.signal,
      outputChars: this.#outputChars,
      ports: this.#portsOf(message.id, message),
      log: (level, text, fields) => this.#line(message.id, level, text, fields),
      progress: (note, fraction) =>
        this.#say({
          t: 'progress',
          call: message.id,
          note: shortened(String(note)),
          ...(typeof fraction === 'number' ? { fraction } : {}),
        }),
    });
    this.#running.delete(message.id);
    if ('json' in outcome) this.#options.send(`{"t":"done","id":${message.id},"value":${outcome.json}}`);
    else this.#say({ t: 'failed', id: message.id, error: outcome.error });
  }

  async #invoke(message: InvokeMessage, tail?: Uint8Array): Promise<void> {
    try {
      const { text, tail: bytes } = await this.#functions.invoke(message, tail);
      this.#options.send(text, bytes);
    } catch (thrown) {
      const error = thrown instanceof SizeError ? ({ kind: 'size' } as const) : errorClaim(thrown);
      this.#say({ t: 'failed', id: message.id, error });
    }
  }

  #portsOf(call: number, given: GivenPorts): Record<string, unknown> {
    const { expressions, bodyOf } = this.#options;
    const database = () => guestDatabase(this.#functions.port(call, 'database', DATABASE) as never);
    return guestPorts(given, { ask: this.#asking(call), expressions, bodyOf, database });
  }

  #asking(call: number): AskHost {
    return (...asked) => this.#ask(call, ...asked);
  }

  async #reply(id: number, work: () => Promise<unknown>): Promise<void> {
    try {
      this.#say({ t: 'done', id, value: await work() });
    } catch (thrown) {
      this.#say({ t: 'failed', id, error: errorClaim(thrown) });
    }
  }

  #ask(
    call: number,
    port: string,
    method: string,
    args: readonly unknown[],
    { signal, body, packed }: NonNullable<Parameters<AskHost>[3]> = {},
  ): Promise<{ value: unknown; body?: Uint8Array }> {
    const id = ++this.#lastId;
    const asked = { t: 'host' as const, id, call, port, method, args };
    return new Promise((resolve, reject) => {
      const give = () => {
        this.#say({ t: 'drop', id });
        this.#settle(id)?.reject(signal!.reason);
      };
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener('abort', give, { once: true });
      const over = () => signal?.removeEventListener('abort', give);
      this.#waiting.set(id, {
        resolve: (answer) => {
          over();
          resolve(answer);
        },
        reject: (error) => {
          over();
          reject(error);
        },
      });
      if (packed?.places !== undefined) return this.#say({ ...asked, places: packed.places }, packed.tail);
      if (body === undefined) return this.#say(asked);
      const fits = body.byteLength <= CHUNK_BYTES;
      this.#say({ ...asked, size: body.byteLength }, fits ? body : undefined);
      if (!fits) void this.#bodies.send(id, body);
    });
  }

  async #answer({ id, value, size, places }: Extract<ToGuest, { t: 'answer' }>, tail?: Uint8Array): Promise<void> {
    if (places !== undefined) {
      const unpacked = unpackBytes(value, places, tail ?? new Uint8Array());
      this.#settle(id)?.resolve({ value: unpacked?.value });
      return;
    }
    const body = size === 0 ? new Uint8Array() : (tail ?? (size && (await this.#replies.expect(id, size))));
    this.#settle(id)?.resolve(body ? { value, body } : { value });
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    this.#bodies.drop(id);
    return waiting;
  }

  #log(call: number) {
    const line = (level: LogLevel) => (text: unknown, fields?: object) => this.#line(call, level, text, fields);
    return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  }

  #line(call: number, level: LogLevel, text: unknown, fields?: object): void {
    const line = { t: 'log' as const, call, level, message: shortened(String(text)) };
    try {
      this.#say(fields === undefined ? line : { ...line, fields });
    } catch {
      this.#say(line); // fields that are no data
    }
  }

  #say(message: FromGuest, tail?: Uint8Array): void {
    this.#options.send(encode(message), tail);
  }
}

/** Whether something in it uses the expression language. */
function computes({ actions, others, uses }: AdoptedPlugin): boolean {
  const all = [uses, ...actions.map((action) => action.uses), ...others.map(({ value }) => (value as Uses).uses ?? [])];
  return all.some((ports) => ports.includes('expressions'));
}

interface Uses {
  readonly uses?: readonly string[];
}

function errorOf({ code, message, ...facts }: ErrorRecord): BackplaneError {
  return new BackplaneError(code, message, {
    status: facts.status ?? 500,
    blame: facts.blame ?? 'host',
    retry: facts.retry ?? 'never',
    remedy: facts.remedy ?? '',
    ...(facts.details === undefined ? {} : { details: facts.details }),
    ...(facts.retryAfterMs === undefined ? {} : { retryAfterMs: facts.retryAfterMs }),
  });
}
