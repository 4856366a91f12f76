import type { BackplaneError, Log } from '@backplane/sdk';

/** What a plugin does things of the host for: a call, or what a call has left behind. */
export interface Asker {
  /** An action, or the function of a contribution: for messages. */
  readonly action: string;
  readonly log: Log;
  /** What it was given, and nothing else can be asked for: ports, functions, streams. */
  readonly ports: Readonly<Record<string, unknown>>;
  /** Counts one request. The error when it is one too many; it may have ended the call. */
  spendHostCall(): BackplaneError | undefined;
  /** Counts one line; false when it is not to be kept. It may have ended the call. */
  spendLine(): boolean;
  progress(note: string, fraction?: number): void;
}
