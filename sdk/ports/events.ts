/** One event as subscribers get it. */
export interface PluginEvent {
  readonly id: string;
  readonly topic: string;
  /** JSON. */
  readonly data: unknown;
  /** ISO time of publication. */
  readonly at: string;
  /** Events of one key arrive in the order of their publication. */
  readonly key?: string;
}

export interface PublishOptions {
  readonly key?: string;
  /** Events with the same one within 24 hours are one event. */
  readonly dedupeKey?: string;
}

/** Tells others what happened. Only topics that the manifest names with `access: publish`. */
export interface EventPublisher {
  /** Resolves once the event is durable. `data` is JSON up to 256 KB. */
  publish(topic: string, data: unknown, options?: PublishOptions): Promise<void>;
}

/** What `start` gets: only there can a plugin subscribe, until it stops. */
export interface Events extends EventPublisher {
  /**
   * At least once: an event counts as handled when the handler resolves, and comes again after a pause when it rejects. Of several hosts
   * one gets each event. Only topics that the manifest names with `access: subscribe`.
   */
  subscribe(topic: string, handle: (event: PluginEvent, signal: AbortSignal) => Promise<void>): Promise<void>;
}
