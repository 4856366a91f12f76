import type { Failure } from '../wire.ts';

/** Ends a run inside the child; the host turns it into the coded error. */
export class ScriptFailure extends Error {
  readonly failure: Failure;
  /** The child itself is damaged and must be replaced. */
  readonly worn: boolean;

  constructor(failure: Failure, worn = false) {
    super(failure.kind);
    this.failure = failure;
    this.worn = worn;
  }
}
