/** Answers are remembered until they are forgotten, all at once; those that come too late for that are not. Failures never are. */
export class Remembered<T> {
  readonly #most: number;
  #known = new Map<string, Promise<T>>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string, find: () => Promise<T>): Promise<T> {
    const held = this.#known.get(key);
    if (held !== undefined) return held;
    if (this.#known.size >= this.#most) this.#known.clear();
    const known = this.#known;
    const found = find();
    known.set(key, found);
    found.catch(() => known.delete(key));
    return found;
  }

  forget(): void {
    this.#known = new Map();
  }
}
