/**
 * What host and child tell each other, as JSON. The child is where hostile code runs, so the host takes everything a child
 * says as a claim: known shapes only, sizes capped again, the result's text parsed with care.
 */
export interface RunMessage {
  readonly id: number;
  readonly tenant: string;
  readonly language: 'javascript' | 'typescript';
  readonly source: string;
  /** JSON text: parsed inside the isolate and nowhere before. */
  readonly inputs: string;
  readonly wallMs: number;
  readonly memoryMb: number;
  readonly outputBytes: number;
}

/** Runs to do one after the other. */
export interface RunsMessage {
  readonly type: 'runs';
  readonly runs: readonly RunMessage[];
}

/** Runs that shall not begin, or stop if they wait. */
export interface DropMessage {
  readonly type: 'drop';
  readonly ids: readonly number[];
}

export type ToChild = RunsMessage | DropMessage;

/** Why a run gave no result; one per error code that a child can cause. */
export type Failure =
  | {
      readonly kind: 'script';
      readonly message: string;
      readonly line?: number;
      readonly column?: number;
      readonly stack?: string;
    }
  | { readonly kind: 'syntax'; readonly message: string; readonly line?: number; readonly column?: number }
  | { readonly kind: 'import'; readonly line?: number; readonly column?: number }
  | { readonly kind: 'entry'; readonly functions: readonly string[] }
  | { readonly kind: 'result'; readonly what: string }
  | { readonly kind: 'output'; readonly bytes: number }
  | { readonly kind: 'crashed'; readonly how: string }
  | { readonly kind: 'wall' | 'cpu' | 'memory' | 'stalled' | 'cancelled' | 'stopped' };

export interface ReadyMessage {
  readonly type: 'ready';
}

export interface UnavailableMessage {
  readonly type: 'unavailable';
  readonly reason: string;
}

export interface LineMessage {
  readonly type: 'line';
  readonly id: number;
  readonly level: string;
  readonly text: string;
}

/** `rss` is the child's resident memory in bytes, told now and then. */
export interface DoneMessage {
  readonly type: 'done';
  readonly id: number;
  readonly result: string;
  readonly rss?: number;
}

/** `worn`: the child should be replaced, something in it broke that it cannot repair. */
export interface FailedMessage {
  readonly type: 'failed';
  readonly id: number;
  readonly failure: Failure;
  readonly rss?: number;
  readonly worn?: boolean;
}

export type FromChild = ReadyMessage | UnavailableMessage | LineMessage | DoneMessage | FailedMessage;
