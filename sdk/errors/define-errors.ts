import { BackplaneError, type Blame, type ErrorFacts, type Position, type Retry } from './backplane-error.ts';

/** One row of an error catalogue. `D` is what the message and remedy need to know. */
export interface ErrorEntry<D = never> {
  readonly status: number;
  readonly blame: Blame;
  readonly retry: Retry;
  readonly message: (data: D) => string;
  readonly remedy: string;
}

export type ErrorCatalogue = Readonly<Record<string, ErrorEntry<any>>>;

export interface RaiseOptions {
  readonly cause?: unknown;
  readonly position?: Position;
  readonly remedy?: string;
  readonly details?: ErrorFacts['details'];
  readonly retryAfterMs?: number;
}

type DataOf<E> = E extends { message: (data: infer D) => string } ? D : never;

/** Builds the error of one catalogue row: `raise.SANDBOX_TIMEOUT_WALL({ limitMs: 500 })`. It returns the error; the caller throws. */
export type ErrorFactories<C extends ErrorCatalogue> = {
  readonly [K in keyof C]: (data: DataOf<C[K]>, options?: RaiseOptions) => BackplaneError;
};

/** Turns a catalogue into one factory a code, so that no code is ever spelled out where it is thrown. */
export function defineErrors<const C extends ErrorCatalogue>(catalogue: C): ErrorFactories<C> {
  const factories: Record<string, (data: never, options?: RaiseOptions) => BackplaneError> = {};
  for (const [code, entry] of Object.entries(catalogue)) {
    factories[code] = (data, { cause, ...facts } = {}) =>
      new BackplaneError(
        code,
        entry.message(data),
        { status: entry.status, blame: entry.blame, retry: entry.retry, remedy: entry.remedy, ...facts },
        cause === undefined ? undefined : { cause },
      );
  }
  return factories as ErrorFactories<C>;
}
