import type { Value } from '../values/value.ts';
import { areEqual } from './compare-lambda-values.ts';
import { lambdaTypeError } from './lambda-error.ts';
import type { Method } from './method.ts';

type List = readonly Value[];

export const listMethods: ReadonlyMap<string, Method<List>> = new Map<string, Method<List>>([
  [
    'count',
    (self, { args: [wanted = null], run }) => {
      run.step(self.length);
      return self.filter((item) => areEqual(item, wanted)).length;
    },
  ],
  [
    'index',
    (self, { args: [wanted = null], run }) => {
      run.step(self.length);
      const at = self.findIndex((item) => areEqual(item, wanted));
      if (at === -1) throw lambdaTypeError('the list does not contain what `.index()` looks for');
      return at;
    },
  ],
  ['copy', (self) => [...self]],
]);
