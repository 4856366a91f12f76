type Listener =
  | ((event: { readonly type: 'abort' }) => void)
  | { handleEvent(event: { readonly type: 'abort' }): void };

/** `AbortSignal` as far as plugins use it: isolates have none. */
export class Signal {
  #aborted = false;
  #reason: unknown;
  readonly #listeners = new Set<Listener>();
  onabort: Listener | null = null;

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason;
  }

  addEventListener(type: string, listener: Listener | null): void {
    if (type === 'abort' && listener !== null) this.#listeners.add(listener);
  }

  removeEventListener(_type: string, listener: Listener | null): void {
    if (listener !== null) this.#listeners.delete(listener);
  }

  static abort(reason?: unknown): Signal {
    const controller = new Controller();
    controller.abort(reason);
    return controller.signal;
  }

  static timeout(ms: number): Signal {
    const controller = new Controller();
    setTimeout(() => controller.abort(new AbortError('The operation timed out', 'TimeoutError')), ms);
    return controller.signal;
  }

  static any(signals: Iterable<Signal>): Signal {
    const controller = new Controller();
    for (const signal of signals) {
      if (signal.aborted) controller.abort(signal.reason);
      else signal.addEventListener('abort', () => controller.abort(signal.reason));
    }
    return controller.signal;
  }

  static raise(signal: Signal, reason: unknown): void {
    if (signal.#aborted) return;
    signal.#aborted = true;
    signal.#reason = reason;
    const listeners = [...signal.#listeners, ...(signal.onabort === null ? [] : [signal.onabort])];
    signal.#listeners.clear();
    for (const listener of listeners) {
      if (typeof listener === 'function') listener.call(signal, { type: 'abort' });
      else listener.handleEvent({ type: 'abort' });
    }
  }
}

export class Controller {
  readonly signal = new Signal();

  abort(reason: unknown = new AbortError('This operation was aborted', 'AbortError')): void {
    Signal.raise(this.signal, reason);
  }
}

/** Stands for `DOMException`. */
export class AbortError extends Error {
  constructor(message = '', name = 'Error') {
    super(message);
    this.name = name;
  }
}
