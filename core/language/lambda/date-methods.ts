import { pythonStr } from '../values/render.ts';
import type { DateTime } from '../values/temporal-kind.ts';
import type { Method } from './method.ts';

export const dateMethods: ReadonlyMap<string, Method<DateTime>> = new Map<string, Method<DateTime>>([
  ['isoformat', (self) => pythonStr(self).replace(' ', 'T')],
]);
