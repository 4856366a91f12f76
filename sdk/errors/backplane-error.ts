const BRAND: unique symbol = Symbol.for('backplane.error') as never;

/** Who has to act. Decides who is told and whether trying again can help. */
export type Blame = 'input' | 'config' | 'credential' | 'plugin' | 'upstream' | 'policy' | 'host';

/** `never`: the same call will fail again; `later`: it may pass after a pause; `after-fix`: someone must change something first. */
export type Retry = 'never' | 'later' | 'after-fix';

/** A place in a source file; lines and columns count from 1. */
export interface Position {
  readonly file?: string;
  readonly line: number;
  readonly column: number;
}

export interface ErrorFacts {
  /** HTTP status that answers with this error. */
  readonly status: number;
  readonly blame: Blame;
  readonly retry: Retry;
  readonly remedy: string;
  readonly position?: Position;
  /** JSON-safe particulars; never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Earliest sensible next attempt, in milliseconds from now. */
  readonly retryAfterMs?: number;
}

/** The JSON form of an error: what journals, API answers and `--json` output carry. */
export interface ErrorRecord extends Partial<ErrorFacts> {
  readonly code: string;
  readonly message: string;
}

/** Every failure has a stable code, an owner, a retry verdict and a remedy. */
export class BackplaneError extends Error {
  readonly [BRAND] = true;
  readonly code: string;
  readonly facts: ErrorFacts;

  constructor(code: string, message: string, facts: ErrorFacts, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BackplaneError';
    this.code = code;
    this.facts = facts;
  }

  /** True for errors of any copy of this package. */
  static is(error: unknown): error is BackplaneError {
    return typeof error === 'object' && error !== null && BRAND in error;
  }

  toJSON(): ErrorRecord {
    return { code: this.code, message: this.message, ...this.facts };
  }
}
