import { randomBytes } from 'node:crypto';
import type { BackplaneError, KeyValue, RawReply, RawRequest } from '@backplane/sdk';
import { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import { usedPorts } from '../actions/call-ports.ts';
import { resultData } from '../actions/result-data.ts';
import { issueLine, type StandardSchema, validate } from '../actions/standard-schema.ts';
import type { Posted } from '../contributions/contribution-board.ts';
import { LATE, withinDeadline } from '../lifecycle/within-deadline.ts';
import { thrownText } from '../thrown-text.ts';
import { isWholeError } from '../whole-error.ts';
import { pause } from './pause.ts';
import type { TriggerBinding, TriggerStatus } from './trigger-binding.ts';
import type { TriggerServices } from './trigger-services.ts';

const CALL_MS = 60_000;
/** The first pause after a failure, and the longest. */
const PAUSE_MS = [1_000, 900_000] as const;
/** How long an event that was seen is remembered. */
const REMEMBER_MS = 30 * 86_400_000;
const MOST_EVENTS = 1_000;

const pollResult = z.object({
  events: z.array(z.unknown()).max(MOST_EVENTS),
  state: z.unknown().optional(),
  more: z.boolean().default(false),
});
const received = z.object({
  events: z.array(z.unknown()).max(MOST_EVENTS),
  reply: z
    .object({
      status: z.int().min(200).max(599),
      headers: z.record(z.string(), z.string()).default({}),
      body: z.union([z.string(), z.instanceof(Uint8Array)]).optional(),
    })
    .optional(),
});

/** One trigger of one workflow while its plugin is there: it asks or listens, and starts runs. */
export class LiveTrigger implements AsyncDisposable {
  readonly binding: TriggerBinding;
  readonly posted: Posted<'trigger'>;
  readonly #services: TriggerServices;
  readonly #memory: KeyValue;
  readonly #stopping = new AbortController();
  readonly #signal: AbortSignal;
  readonly #ended: Promise<void>;
  #token: string | undefined;
  #runs = 0;
  #lastAt: string | undefined;
  #error: BackplaneError | undefined;

  constructor(binding: TriggerBinding, posted: Posted<'trigger'>, services: TriggerServices) {
    this.binding = binding;
    this.posted = posted;
    this.#services = services;
    this.#memory = services.kv.scope(`triggers/${binding.id}`);
    this.#signal = AbortSignal.any([this.#stopping.signal, posted.owner.signal]);
    this.#ended = this.#live();
  }

  get token(): string | undefined {
    return this.#token;
  }

  status(): TriggerStatus {
    const { workflow, trigger } = this.binding;
    return {
      workflow,
      trigger,
      state: this.#error === undefined ? 'active' : 'failing',
      mode: this.posted.contribution.mode,
      runs: this.#runs,
      ...(this.#token === undefined ? {} : { url: this.#url }),
      ...(this.#lastAt === undefined ? {} : { lastAt: this.#lastAt }),
      ...(this.#error === undefined ? {} : { error: { code: this.#error.code, message: this.#error.message } }),
    };
  }

  /** One delivery to a webhook. Throws PLUGIN_TRIGGER_UNPROVEN before anything else of it is looked at. */
  async receive(request: RawRequest): Promise<RawReply> {
    const spec = this.posted.contribution;
    if (spec.mode !== 'webhook') throw raise.WEBHOOK_NOT_FOUND(undefined);
    try {
      const call = { ...(await this.#call()), state: await this.#memory.get('state') };
      if ((await this.#timed(() => spec.verify(request, call))) !== true)
        throw raise.PLUGIN_TRIGGER_UNPROVEN({ trigger: this.binding.trigger });
      const { events, reply } = this.#read(received, await this.#timed(() => spec.receive(request, call)));
      for (const event of events) await this.#started(event);
      if (reply === undefined) return { status: 202 };
      const { body, ...rest } = reply;
      return { ...rest, ...(body === undefined ? {} : { body }) };
    } catch (thrown) {
      throw this.#coded(thrown);
    }
  }

  /** The workflow does not want it any more: the other side is told, and nothing is remembered. */
  async forget(): Promise<void> {
    await this[Symbol.asyncDispose]();
    const spec = this.posted.contribution;
    try {
      if (spec.mode === 'webhook' && spec.unsubscribe !== undefined && this.#token !== undefined) {
        const call = {
          ...(await this.#call(AbortSignal.timeout(CALL_MS))),
          url: this.#url,
          state: await this.#memory.get('state'),
        };
        await withinDeadline(Promise.resolve(spec.unsubscribe(call)), CALL_MS);
      }
    } catch (thrown) {
      this.#services.log.warn('a trigger could not be unsubscribed', { ...this.#about, problem: thrownText(thrown) });
    }
    for (const key of ['state', 'token']) await this.#memory.delete(key);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
  }

  get #about(): { readonly workflow: string; readonly trigger: string } {
    return { workflow: this.binding.workflow, trigger: this.binding.trigger };
  }

  get #url(): string {
    return `${this.#services.url()}/api/plugin-webhooks/${this.#token}`;
  }

  /** Tries again and again, with longer pauses, until it is stopped. Never rejects. */
  async #live(): Promise<void> {
    let failures = 0;
    while (!this.#signal.aborted) {
      let waitMs: number;
      try {
        waitMs = await this.#turn();
        this.#error = undefined;
        failures = 0;
      } catch (thrown) {
        if (this.#signal.aborted) return;
        this.#error = this.#coded(thrown);
        waitMs = Math.min(PAUSE_MS[1], PAUSE_MS[0] * 2 ** failures, Number.MAX_SAFE_INTEGER);
        failures += 1;
        const { code, message } = this.#error;
        this.#services.log.warn('a trigger failed and is tried again', {
          ...this.#about,
          code,
          problem: message,
          waitMs,
        });
      }
      await pause(waitMs, this.#signal);
    }
  }

  /** Milliseconds until the next one. */
  async #turn(): Promise<number> {
    const spec = this.posted.contribution;
    if (spec.mode === 'webhook') return this.#subscribed();
    const call = { ...(await this.#call()), state: await this.#memory.get('state') };
    if (spec.mode === 'stream') {
      const emit = async (event: unknown, state?: unknown) => {
        this.#signal.throwIfAborted();
        await this.#started(event);
        if (state !== undefined) await this.#memory.set('state', resultData(state));
      };
      await withinDeadline(Promise.resolve(spec.open({ ...call, emit })), 2 ** 31 - 1, this.#signal);
      return PAUSE_MS[0];
    }
    const { events, state, more } = this.#read(pollResult, await this.#timed(() => spec.poll(call)));
    for (const event of events) await this.#started(event);
    // Only now: what a crash leaves unstarted comes again with the next poll, and what was started is known by its key.
    if (state !== undefined) await this.#memory.set('state', resultData(state));
    this.#lastAt = new Date().toISOString();
    return more && events.length > 0 ? 0 : (this.binding.everyMs ?? spec.everyMs);
  }

  /** Makes the address, once for the life of the binding, and tells the other side. */
  async #subscribed(): Promise<number> {
    const spec = this.posted.contribution;
    const kept = await this.#memory.get('token');
    const token = typeof kept === 'string' ? kept : randomBytes(24).toString('base64url');
    if (typeof kept !== 'string') {
      this.#token = token;
      if (spec.mode === 'webhook' && spec.subscribe !== undefined) {
        const call = { ...(await this.#call()), url: this.#url };
        const state = await this.#timed(() => spec.subscribe!(call));
        if (state !== undefined) await this.#memory.set('state', resultData(state));
      }
      await this.#memory.set('token', token);
    }
    this.#token = token;
    return 2 ** 31 - 1;
  }

  async #started(raw: unknown): Promise<void> {
    const spec = this.posted.contribution;
    const outcome = await validate(spec.event as StandardSchema, raw);
    if (!outcome.ok) throw this.#bad(`event: ${outcome.issues.map(issueLine).join('; ')}`);
    const event = resultData(outcome.value);
    const dedupe = await this.#timed(() => spec.dedupeKey?.(outcome.value));
    if (spec.dedupeKey !== undefined && (typeof dedupe !== 'string' || dedupe === ''))
      throw this.#bad('`dedupeKey` gave no text');
    const seen =
      dedupe === undefined
        ? undefined
        : `seen/${Buffer.from(dedupe as string)
            .toString('base64url')
            .slice(0, 400)}`;
    if (seen !== undefined && (await this.#memory.get(seen)) !== undefined) return;
    await this.#services.start(this.binding.workflow, event, seen && `${this.binding.id}/${seen}`);
    if (seen !== undefined) await this.#memory.set(seen, true, { ttlMs: REMEMBER_MS });
    this.#runs += 1;
    this.#lastAt = new Date().toISOString();
  }

  async #call(signal = this.#signal): Promise<Readonly<Record<string, unknown>>> {
    const { owner, contribution: spec } = this.posted;
    const outcome = await validate(spec.input as StandardSchema, this.binding.config);
    if (!outcome.ok) throw raise.PLUGIN_TRIGGER_CONFIG({ ...this.#about, problems: outcome.issues.map(issueLine) });
    const { workspace } = this.binding;
    const caller = { plugin: owner.id, action: spec.name, workspace, environment: 'default', signal };
    return { input: outcome.value, log: owner.log, signal, ...usedPorts(spec, owner.ports, caller) };
  }

  async #timed(work: () => unknown): Promise<unknown> {
    const ended = await withinDeadline(Promise.resolve().then(work), CALL_MS, this.#signal);
    if (ended === LATE) throw this.#bad(`it did not answer within ${CALL_MS / 1000} s`);
    return ended;
  }

  #read<S extends z.ZodType>(shape: S, given: unknown): z.output<S> {
    const parsed = shape.safeParse(given);
    if (parsed.success) return parsed.data;
    const { path, message } = parsed.error.issues[0]!;
    throw this.#bad(`it gave what it did not promise: ${path.map(String).join('.')}: ${message}`);
  }

  #bad(problem: string): BackplaneError {
    return raise.PLUGIN_TRIGGER_FAILED({ plugin: this.posted.owner.id, trigger: this.binding.trigger, problem });
  }

  #coded(thrown: unknown): BackplaneError {
    return isWholeError(thrown) ? thrown : this.#bad(thrownText(thrown));
  }
}
