import type { Database } from './database.ts';
import type { EventPublisher, Events } from './events.ts';
import type { Expressions } from './expressions.ts';
import type { Files } from './files.ts';
import type { Gateway } from './gateway.ts';
import type { Http } from './http.ts';
import type { KeyValue } from './key-value.ts';
import type { Scripts } from './scripts.ts';
import type { Workflows } from './workflows.ts';

/**
 * What the host can lend to a plugin. A contribution sees exactly those it names in `uses`; the others are absent, in types and at run
 * time, and so is what the manifest does not ask for or the administrator does not grant.
 */
export interface Ports {
  readonly http: Http;
  readonly expressions: Expressions;
  readonly scripts: Scripts;
  readonly kv: KeyValue;
  readonly workflows: Workflows;
  readonly gateway: Gateway;
  readonly files: Files;
  readonly events: EventPublisher;
  readonly database: Database;
  /** Values of the action's declared `secrets`: name → key → value. Absent optional secrets are absent here. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
export type PortName = keyof Ports;

/** Ports of everything but actions: what they need of those stands in their configuration, where `${env:NAME}` keeps it out of the file. */
export type ContextPort = Exclude<PortName, 'secrets'>;

/** The ports that a plugin's `start` may use. */
export interface StartPorts extends Omit<Ports, 'secrets' | 'events'> {
  readonly events: Events;
}
