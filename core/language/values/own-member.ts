import type { DataRecord } from './is-record.ts';

const isOwnEnumerable = Object.prototype.propertyIsEnumerable;

/** Names through which JavaScript objects reach their machinery. They never name user data. */
const FORBIDDEN = new Set(['__proto__', 'prototype', 'constructor']);

/** The own enumerable member of a map; `undefined` when there is none or its name is forbidden. Never reaches a prototype. */
export function ownMember(record: DataRecord, key: string): unknown {
  return isOwnEnumerable.call(record, key) && !FORBIDDEN.has(key) ? record[key] : undefined;
}
