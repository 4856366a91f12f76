import { raise } from '../../errors/catalogue.ts';
import { describeValue } from './describe-value.ts';
import { isEqual } from './equality.ts';
import { isRecord } from './is-record.ts';
import { ownMember } from './own-member.ts';

/** Python's `item in collection`: part of a string, item of a list, key of a map. @throws LANGUAGE_MEMBERSHIP for anything else. */
export function contains(collection: unknown, item: unknown): boolean {
  if (Array.isArray(collection)) return collection.some((member) => isEqual(member, item));
  if (typeof collection === 'string' && typeof item === 'string') return collection.includes(item);
  if (isRecord(collection)) return typeof item === 'string' && ownMember(collection, item) !== undefined;
  throw raise.LANGUAGE_MEMBERSHIP({ collection: describeValue(collection), item: describeValue(item) });
}
