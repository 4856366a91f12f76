import { has } from './compare-lambda-values.ts';
import { collect } from './iterate.ts';
import { PythonSet } from './lambda-value.ts';
import { makeSet } from './make-set.ts';
import type { Method } from './method.ts';
import type { PythonOperator } from './python-node.ts';
import { operate } from './python-operators.ts';

const combining =
  (operator: PythonOperator): Method<PythonSet> =>
  (self, { args, run }) =>
    args.reduce<PythonSet>(
      (result, items) => operate(operator, result, makeSet(collect(items, run), run)) as PythonSet,
      self,
    );

export const setMethods: ReadonlyMap<string, Method<PythonSet>> = new Map<string, Method<PythonSet>>([
  ['union', combining('|')],
  ['intersection', combining('&')],
  ['difference', combining('-')],
  ['symmetric_difference', combining('^')],
  [
    'issubset',
    (self, { args: [other = []], run }) => {
      const items = collect(other, run);
      return self.items.every((item) => has(items, item));
    },
  ],
  ['issuperset', (self, { args: [other = []], run }) => collect(other, run).every((item) => has(self.items, item))],
  ['isdisjoint', (self, { args: [other = []], run }) => !collect(other, run).some((item) => has(self.items, item))],
  ['copy', (self) => new PythonSet(self.items)],
]);
