import type { Log } from '../log.ts';
import type { ContextPort, Ports } from '../ports/ports.ts';
import type { AnySchema, OutputOf } from '../schema.ts';

/** What a contribution that is set up once gets: its checked configuration, and what it names in `uses`. */
export type Context<C extends AnySchema, U extends ContextPort = never> = {
  readonly config: OutputOf<C>;
  readonly log: Log;
  /** Aborts when the plugin is to stop, or its configuration changes. */
  readonly signal: AbortSignal;
} & Pick<Ports, U>;

/** What all contributions say of themselves. */
export interface Described {
  readonly title: string;
  readonly summary: string;
  readonly docsUrl?: string;
  readonly deprecated?: string;
}

/** A contribution that is opened with a configuration and then serves until it is closed. */
export interface Opens<C extends AnySchema, U extends ContextPort, Driver> extends Described {
  /** Kebab case, unique among all contributions of its kind on a host: `vault`, `rate-limit`. */
  readonly name: string;
  readonly config: C;
  readonly uses?: readonly U[];
  /** Must not hang: it aborts with the signal, at the latest after 10 s. Rejects when it cannot serve. */
  open(context: Context<C, U>): Promise<Driver> | Driver;
}

/** What every opened contribution may have besides its work. */
export interface Opened {
  /** Rejects with the reason when it cannot do its work now. Called at intervals; at most 5 s. */
  check?(signal: AbortSignal): Promise<void>;
  close?(): Promise<void>;
}

/** Bytes in pieces, read once, in order; whoever reads sets the pace. */
export type ByteStream = AsyncIterable<Uint8Array>;
