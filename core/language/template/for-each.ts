import type { Value } from '../values/value.ts';
import type { Scope } from './scope.ts';
import type { Template } from './template.ts';

/** The iterators of a `for_each`, compiled. As a template it gives the list of all rounds. */
export interface ForEach extends Template {
  /** One value of `var` for every round. */
  items(scope: Scope): readonly Value[];
}
