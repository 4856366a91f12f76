import { has } from './compare-lambda-values.ts';
import type { LambdaRun } from './lambda-run.ts';
import { type LambdaValue, PythonSet } from './lambda-value.ts';

/** Strings and numbers are told apart quickly; everything else is compared with everything else, which the budget counts. */
export function makeSet(items: readonly LambdaValue[], run: LambdaRun): PythonSet {
  const strings = new Set<string>();
  const distinct: LambdaValue[] = [];
  const others: LambdaValue[] = [];
  for (const item of items) {
    if (typeof item === 'string') {
      if (strings.has(item)) continue;
      strings.add(item);
    } else {
      run.step(others.length);
      if (has(others, item)) continue;
      others.push(item);
    }
    distinct.push(item);
  }
  return new PythonSet(distinct);
}
