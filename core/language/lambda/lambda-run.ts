import { raise } from '../../errors/catalogue.ts';

const MAX_STEPS = 1_000_000;
const MAX_ITEMS = 10_000;

/** What one call of a lambda may cost. */
export class LambdaRun {
  #left = MAX_STEPS;

  step(count = 1): void {
    this.#left -= count;
    if (this.#left < 0) throw raise.LANGUAGE_BUDGET_STEPS({ limit: MAX_STEPS });
  }
}

export function guardItems(count: number): void {
  if (count > MAX_ITEMS) throw raise.LANGUAGE_LAMBDA_ITEMS({ limit: MAX_ITEMS });
}
