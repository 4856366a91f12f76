import { parseJson } from '@backplane/sdk';
import { readKeepTime } from '../../language/types/keep-time.ts';
import { isRecord } from '../../language/values/is-record.ts';
import type { EndedRun } from '../journal/journal.ts';

/** How long runs are kept after their end, milliseconds; infinite: for good. */
export type KeepRules = Readonly<Record<EndedRun['status'], number>>;

const KEPT_RULES = 2_000;

/** The rules of each definition: what its `config.retention` says, else the host's. Reads a definition once. */
export function createRulesOf(
  rules: KeepRules,
  definition: (hash: string) => Promise<string | undefined>,
): (hash: string) => Promise<KeepRules> {
  const known = new Map<string, KeepRules>();
  return async (hash) => {
    let found = known.get(hash);
    if (found === undefined) {
      found = { ...rules, ...ownRules((await definition(hash)) ?? '{}') };
      if (known.size >= KEPT_RULES) known.clear();
      known.set(hash, found);
    }
    return found;
  };
}

function ownRules(definition: string): Partial<KeepRules> {
  const { config } = parseJson(definition) as { readonly config?: { readonly retention?: unknown } };
  const own = config?.retention;
  if (!isRecord(own)) return {};
  const rules = (['completed', 'failed', 'cancelled'] as const).map((status) => {
    const text = own[status];
    return [status, typeof text === 'string' ? readKeepTime(text) : undefined] as const;
  });
  return Object.fromEntries(rules.filter(([, time]) => time !== undefined));
}
