import { isRecord } from '../../language/values/is-record.ts';

const MASK = '***';
/** Shorter secrets are left in keys: hiding every key that happens to contain "id" would destroy results. */
const SHORTEST_IN_KEYS = 16;

export type Mask = (value: unknown) => unknown;

/**
 * Replaces every occurrence of a secret of two characters or more by `***`, in all strings of a value. One pass over the
 * data with one pattern, whatever the number of secrets; what holds no secret is handed back as it is.
 */
export function createMask(secrets: Iterable<string>): Mask {
  const inValues = patternOf(secrets, 2);
  if (inValues === undefined) return (value) => value;
  const inKeys = patternOf(secrets, SHORTEST_IN_KEYS);
  const maskValue: Mask = (value) => {
    if (typeof value === 'string') return value.replace(inValues, MASK);
    if (Array.isArray(value)) return maskList(value, maskValue);
    return isRecord(value) ? maskRecord(value, maskValue, inKeys) : value;
  };
  return maskValue;
}

/** Longer secrets first, so that one that contains another is replaced whole. */
function patternOf(secrets: Iterable<string>, shortest: number): RegExp | undefined {
  const usable = [...new Set(secrets)].filter((secret) => secret.length >= shortest);
  if (usable.length === 0) return undefined;
  return new RegExp(
    usable
      .sort((a, b) => b.length - a.length)
      .map(RegExp.escape)
      .join('|'),
    'g',
  );
}

function maskList(list: readonly unknown[], mask: Mask): readonly unknown[] {
  const masked = list.map(mask);
  return masked.every((item, index) => item === list[index]) ? list : masked;
}

function maskRecord(record: Readonly<Record<string, unknown>>, mask: Mask, inKeys: RegExp | undefined): unknown {
  const masked: Record<string, unknown> = Object.create(null);
  let changed = false;
  for (const [key, member] of Object.entries(record)) {
    const safeKey = inKeys === undefined ? key : freeKey(key.replace(inKeys, MASK), masked);
    masked[safeKey] = mask(member);
    changed ||= safeKey !== key || masked[safeKey] !== member;
  }
  return changed ? masked : record;
}

/** Two masked keys may become equal; a number keeps both values. */
function freeKey(wanted: string, taken: Readonly<Record<string, unknown>>): string {
  let key = wanted;
  for (let count = 2; Object.hasOwn(taken, key); count++) key = `${wanted} ${count}`;
  return key;
}
