import type { FieldCondition } from '../model/field-condition.ts';
import type { Place } from '../model/place.ts';
import type { PolicyUse, UseCondition } from '../model/policy-use.ts';
import { type FieldConditions, type PolicyEntry, policyNames, type WhenEntry } from './gateway-file-schema.ts';

/** The policies of one list. `owner`: what their ids begin with, `gateway` or the id of a route. */
export function translatePolicies(
  entries: readonly PolicyEntry[],
  owner: string,
  placeOf: (at: number) => Place,
): PolicyUse[] {
  const counts = new Map<string, number>();
  return entries.flatMap((entry, at) => {
    const use = translateUse(entry, placeOf(at));
    if (use === undefined) return [];
    const count = (counts.get(use.policy) ?? 0) + 1;
    counts.set(use.policy, count);
    return [{ ...use, id: `${owner}/${use.policy}${count === 1 ? '' : `-${count}`}` }];
  });
}

function translateUse(entry: PolicyEntry, place: Place): Omit<PolicyUse, 'id'> | undefined {
  if (typeof entry === 'string') return { policy: entry, config: {}, place };
  if (entry.enabled === false) return undefined;
  const [policy = ''] = policyNames(entry);
  const { when, label } = entry;
  return {
    policy,
    config: entry[policy] ?? {},
    place,
    ...(when && { when: translateWhen(when) }),
    ...(label !== undefined && { label }),
  };
}

function translateWhen({ headers, query, methods, path, protocols, caller }: WhenEntry): UseCondition {
  return {
    ...(methods && { methods }),
    ...(path !== undefined && { path }),
    ...(protocols && { protocols }),
    ...(caller && { caller }),
    ...(headers && { headers: translateFields(headers) }),
    ...(query && { query: translateFields(query) }),
  };
}

export function translateFields(conditions: FieldConditions): FieldCondition[] {
  return Object.entries(conditions).map(([name, given]) => ({
    name,
    test:
      typeof given === 'string'
        ? { is: 'equal', to: given }
        : typeof given === 'boolean'
          ? { is: given ? 'present' : 'absent' }
          : { is: 'like', pattern: given.like },
  }));
}
