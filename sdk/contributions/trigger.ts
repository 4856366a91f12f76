import type { Log } from '../log.ts';
import type { ConnectionSlots, ConnectionsMember } from '../ports/connection.ts';
import type { ContextPort, Ports } from '../ports/ports.ts';
import type { AnySchema, InputOf, OutputOf } from '../schema.ts';
import { type Tagged, tag } from '../tag.ts';
import type { Described } from './context.ts';
import type { RawReply, RawRequest } from './raw-request.ts';

/** What a trigger works with: the settings that a workflow gives it. */
export type TriggerCall<I extends AnySchema, S extends ConnectionSlots, U extends ContextPort> = {
  readonly input: OutputOf<I>;
  readonly log: Log;
  readonly signal: AbortSignal;
} & Pick<Ports, U> &
  ConnectionsMember<S>;

interface TriggerBase<I extends AnySchema, E extends AnySchema, S extends ConnectionSlots, U extends ContextPort>
  extends Described {
  /** Full dotted name that workflows use: `tools.acme.new_ticket`. */
  readonly name: string;
  /** What a workflow says under the trigger's `config`. */
  readonly input: I;
  /** What a run gets as `TRIGGER`. */
  readonly event: E;
  /** Shown while a workflow is written, and used by its dry runs. */
  readonly sample: InputOf<E>;
  readonly connections?: S;
  readonly uses?: readonly U[];
  readonly aliases?: readonly string[];
}

export interface PollResult<E> {
  /** Oldest first. */
  readonly events: readonly E[];
  /** JSON, handed to the next poll; stored once the runs that the events start are durable. */
  readonly state?: unknown;
  /** True: there is more, poll again at once. */
  readonly more?: boolean;
}

/** Asks at intervals. Nothing is lost: the state is stored once the runs are durable, and events with a known key are dropped. */
export interface PollTriggerSpec<
  I extends AnySchema,
  E extends AnySchema,
  S extends ConnectionSlots,
  U extends ContextPort,
> extends TriggerBase<I, E, S, U> {
  readonly mode: 'poll';
  /** Milliseconds between polls when the workflow does not say; at least 1,000. */
  readonly everyMs: number;
  /** Equal for the same event however often it is seen. */
  dedupeKey(event: OutputOf<E>): string;
  /** `state` is undefined the first time: then remember where things stand rather than report all of the past. */
  poll(call: TriggerCall<I, S, U> & { readonly state: unknown }): Promise<PollResult<InputOf<E>>>;
}

/** Is told over HTTP, at an address of the workflow's own. */
export interface WebhookTriggerSpec<
  I extends AnySchema,
  E extends AnySchema,
  S extends ConnectionSlots,
  U extends ContextPort,
> extends TriggerBase<I, E, S, U> {
  readonly mode: 'webhook';
  /** Equal for deliveries of the same event; absent: every delivery counts. */
  dedupeKey?(event: OutputOf<E>): string;
  /** Called when the workflow is activated. What it gives (JSON) comes back in `state`, such as the secret that the other side signs with. */
  subscribe?(call: TriggerCall<I, S, U> & { readonly url: string }): Promise<unknown>;
  unsubscribe?(call: TriggerCall<I, S, U> & { readonly url: string; readonly state: unknown }): Promise<void>;
  /** Whether the sender is who it should be; false answers 401 and nothing else runs. Compare in constant time. */
  verify(request: RawRequest, call: TriggerCall<I, S, U> & { readonly state: unknown }): Promise<boolean> | boolean;
  /** The events of one delivery, none to ignore it; `reply` answers handshakes, default 202. */
  receive(
    request: RawRequest,
    call: TriggerCall<I, S, U> & { readonly state: unknown },
  ): Promise<{ readonly events: readonly InputOf<E>[]; readonly reply?: RawReply }>;
}

/** Keeps a connection open. One host holds it at a time; when it ends or throws it is opened again after a pause. */
export interface StreamTriggerSpec<
  I extends AnySchema,
  E extends AnySchema,
  S extends ConnectionSlots,
  U extends ContextPort,
> extends TriggerBase<I, E, S, U> {
  readonly mode: 'stream';
  dedupeKey(event: OutputOf<E>): string;
  /**
   * Runs until the signal aborts or the other side hangs up. `emit` resolves once the run is durable: only then acknowledge. The state
   * given with the last event is there when the stream is opened again.
   */
  open(
    call: TriggerCall<I, S, U> & {
      readonly state: unknown;
      emit(event: InputOf<E>, state?: unknown): Promise<void>;
    },
  ): Promise<void>;
}

export type TriggerSpec<I extends AnySchema, E extends AnySchema, S extends ConnectionSlots, U extends ContextPort> =
  | PollTriggerSpec<I, E, S, U>
  | WebhookTriggerSpec<I, E, S, U>
  | StreamTriggerSpec<I, E, S, U>;

export type Trigger = TriggerSpec<any, any, any, any> & Tagged<'trigger'>;

/** Declares what can start a workflow. `mode` decides which methods it needs. */
export function defineTrigger<
  I extends AnySchema,
  E extends AnySchema,
  const S extends ConnectionSlots = Record<never, never>,
  const U extends ContextPort = never,
>(spec: TriggerSpec<I, E, S, U>): TriggerSpec<I, E, S, U> & Tagged<'trigger'> {
  return tag('trigger', spec);
}
