import { newRecord } from '../values/is-record.ts';
import { ownMember } from '../values/own-member.ts';
import type { Value } from '../values/value.ts';
import type { LambdaValue } from './lambda-value.ts';
import type { Method } from './method.ts';

type Dict = { readonly [key: string]: Value };

export const dictMethods: ReadonlyMap<string, Method<Dict>> = new Map<string, Method<Dict>>([
  ['get', (self, { args: [key, fallback = null] }) => get(self, key, fallback)],
  ['keys', (self) => Object.keys(self)],
  ['values', (self) => Object.values(self)],
  ['items', (self) => Object.entries(self)],
  ['copy', (self) => Object.assign(newRecord<Value>(), self)],
]);

function get(self: Dict, key: LambdaValue | undefined, fallback: LambdaValue): LambdaValue {
  const found = typeof key === 'string' ? (ownMember(self, key) as Value | undefined) : undefined;
  return found === undefined ? fallback : found;
}
