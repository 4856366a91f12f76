import { raise } from '../../errors/catalogue.ts';

const MAX_STEPS = 1_000_000;
const MAX_DEPTH = 1_000;

/** What one search may cost. A search without end or over a bottomless value stops with a coded error. */
export class PathBudget {
  #left = MAX_STEPS;
  #depth = 0;

  step(count = 1): void {
    this.#left -= count;
    if (this.#left < 0) throw raise.LANGUAGE_BUDGET_STEPS({ limit: MAX_STEPS });
  }

  descend<T>(visit: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw raise.LANGUAGE_BUDGET_DEPTH({ limit: MAX_DEPTH });
    const result = visit();
    this.#depth--;
    return result;
  }
}
