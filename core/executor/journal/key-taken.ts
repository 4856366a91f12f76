/** Another run holds the idempotency key of a new one. */
export class KeyTaken extends Error {
  /** The run that holds it. */
  readonly holder: string;

  constructor(holder: string) {
    super(`the run ${holder} holds the idempotency key`);
    this.holder = holder;
  }
}
