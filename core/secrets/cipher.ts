import type { EntityManager } from 'typeorm';

/** Text that only holders of the host's keys can read, and which key that is. */
export interface Sealed {
  readonly payload: string;
  readonly keyId: string;
}

export type SealedValues = Readonly<Record<string, string>>;

/** Keeps values in the database unreadable. */
export interface Cipher {
  /** `tx`: the transaction that stores it. `owner`: the id of the row; in another row it does not open. */
  seal(tx: EntityManager, owner: string, values: SealedValues): Promise<Sealed>;
  /** Throws a coded error for what no key of the host opens, what was changed, and what belongs to another row. */
  open(owner: string, payload: string): SealedValues;
}
