import type { ContextPort } from '../ports/ports.ts';
import type { AnySchema } from '../schema.ts';
import { type Tagged, tag } from '../tag.ts';
import type { Opened, Opens } from './context.ts';

export interface BusMessage {
  readonly topic: string;
  /** Messages of one key keep their order. */
  readonly key?: string;
  /** Lower-case names; the trace context (`traceparent`) and `dedupe-key` travel here. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text in UTF-8, or whatever the other side speaks. */
  readonly body: Uint8Array;
}

export interface DeliveredMessage extends BusMessage {
  /** Where it stands, as the bus says it: partition and offset, a sequence … */
  readonly position: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Counts from 1, where the bus knows it. */
  readonly attempt?: number;
}

export interface Subscription {
  readonly topics: readonly string[];
  /** Of the consumers of a group one gets each message; another group gets it, too. */
  readonly group: string;
  readonly from: 'earliest' | 'latest';
  /** Messages in hand at most. */
  readonly window: number;
}

export interface Bus extends Opened {
  /** Resolves once the bus has them for good; all of them or, rejected, perhaps some: publish them again. */
  publish(messages: readonly BusMessage[], signal: AbortSignal): Promise<void>;
  /**
   * Runs until the signal aborts. A message is acknowledged after `handle` has resolved, never before; one that rejects is delivered
   * again. Messages of one key are handled one after the other.
   */
  consume(
    subscription: Subscription,
    handle: (message: DeliveredMessage) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Makes what is missing. */
  ensureTopics?(topics: readonly { readonly name: string; readonly partitions: number }[]): Promise<void>;
}

export interface EventBusSpec<C extends AnySchema, U extends ContextPort> extends Opens<C, U, Bus> {}

export type EventBus = EventBusSpec<any, any> & Tagged<'event-bus'>;

/** Declares what carries events between hosts and services: Kafka, NATS, Redis streams … */
export function defineEventBus<C extends AnySchema, const U extends ContextPort = never>(
  spec: EventBusSpec<C, U>,
): EventBusSpec<C, U> & Tagged<'event-bus'> {
  return tag('event-bus', spec);
}
