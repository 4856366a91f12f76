/** Something that evaluated, but probably not as its author meant. Kept in the step's record. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}

/** Everything an expression can see. A context that is absent is an error to name; `undefined` members inside one are missing paths. */
export interface Scope {
  readonly ACTIONS?: unknown;
  readonly TRIGGER?: unknown;
  readonly SECRETS?: unknown;
  readonly VARS?: unknown;
  readonly ENV?: unknown;
  /** The seed's name for the trigger's data. */
  readonly INPUTS?: unknown;
  readonly inputs?: unknown;
  readonly steps?: unknown;
  readonly var?: unknown;
  /** Logical time of the run for `FN.now` and its like, epoch milliseconds. Absent: the wall clock. */
  readonly now?: () => number;
  /** Source of `FN.uuid4`; absent: random. The scheduler gives a deterministic one. */
  readonly uuid?: () => string;
  /** A missing path is an error instead of null. */
  readonly strict?: boolean;
  readonly warn?: (warning: Warning) => void;
  /** What the step asks people: the answer of `FN.get_interaction()`; for `approve_if`, what somebody has answered. */
  readonly interaction?: unknown;
  /** The same for one of those who are asked: with links that are theirs alone. */
  readonly interactionFor?: (approver: string) => unknown;
}
