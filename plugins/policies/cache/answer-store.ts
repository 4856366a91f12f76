export interface Kept {
  /** What it takes in memory. */
  readonly bytes: number;
}

/** Answers by key, several a key, in the memory of a worker. */
export interface AnswerStore<A extends Kept> {
  /** The newest that fits. */
  find(key: string, fits: (answer: A) => boolean): A | undefined;
  /** Takes the place of those that `replaces` says. */
  put(key: string, answer: A, replaces: (answer: A) => boolean): void;
  drop(key: string): void;
  readonly bytes: number;
}

/** Answers of one address that are kept, for different headers or callers. */
const VARIANTS = 256;

export function answerStore<A extends Kept>(maxBytes: number): AnswerStore<A> {
  // Oldest first: what is used moves to the end.
  const entries = new Map<string, A[]>();
  let bytes = 0;
  const sizeOf = (answers: readonly A[]) => answers.reduce((sum, answer) => sum + answer.bytes, 0);

  function drop(key: string): void {
    bytes -= sizeOf(entries.get(key) ?? []);
    entries.delete(key);
  }

  return {
    find(key, fits) {
      const answers = entries.get(key);
      if (answers === undefined) return undefined;
      entries.delete(key);
      entries.set(key, answers);
      return answers.findLast(fits);
    },
    put(key, answer, replaces) {
      const others = (entries.get(key) ?? []).filter((other) => !replaces(other)).slice(1 - VARIANTS);
      drop(key);
      const answers = [...others, answer];
      entries.set(key, answers);
      bytes += sizeOf(answers);
      while (bytes > maxBytes && entries.size > 0) drop(entries.keys().next().value!);
    },
    drop,
    get bytes() {
      return bytes;
    },
  };
}
