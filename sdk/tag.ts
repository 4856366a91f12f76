/** Values that cross package copies are recognised by this tag, never by `instanceof`. */
export const TAG: unique symbol = Symbol.for('backplane.contribution') as never;

/** The integer contract between plugins and host. It changes only when existing plugins would break. */
export const SDK_GENERATION = 1;

export interface Tagged<K extends string> {
  readonly [TAG]: K;
  readonly generation: number;
}

export function tag<const K extends string, T extends object>(kind: K, value: T): T & Tagged<K> {
  return Object.freeze(Object.assign({}, value, { [TAG]: kind, generation: SDK_GENERATION }));
}

/** The kind of a tagged value, or undefined for anything else; reads own properties only, so a hostile prototype cannot pose. */
export function kindOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, TAG)) return undefined;
  return (value as Tagged<string>)[TAG];
}
