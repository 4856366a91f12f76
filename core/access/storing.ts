import { raise } from '../errors/catalogue.ts';
import { withCodedFailures } from '../storage/coded-failures.ts';

/** What is behind a unique name, by its constraint. */
const NAMES: Readonly<Record<string, string>> = {
  organization_name: 'organisation',
  workspace_name: 'workspace',
  access_role_name: 'role',
  access_group_name: 'group',
  service_account_name: 'service account',
};
const WHATS: Readonly<Record<string, string>> = {
  organization: 'organisation',
  workspace: 'workspace',
  user_account: 'user',
  access_role: 'role',
  access_group: 'group',
  service_account: 'service account',
};
/** Of foreign keys: a row that others refer to, which newer servers tell apart. */
const REFERENCED = new Set(['23503', '23001']);

/** The same store with coded errors: of a database that is away, of names that are taken, of what is still in use. */
export function storing<T extends object>(store: T): T {
  const methods = Object.entries(store as Record<string, (...given: unknown[]) => Promise<unknown>>);
  const explained = methods.map(([name, method]) => {
    const attempt = async (...given: unknown[]) => {
      try {
        return await method(...given);
      } catch (error) {
        throw explain(error);
      }
    };
    return [name, attempt] as const;
  });
  return withCodedFailures(Object.fromEntries(explained) as T);
}

interface PgError {
  readonly code?: string;
  readonly constraint?: string;
  readonly detail?: string;
  readonly table?: string;
}

function explain(error: unknown): unknown {
  const { code, constraint = '', detail = '', table = '' } = error as PgError;
  const what = NAMES[constraint];
  if (what !== undefined)
    return raise.ACCESS_NAME_TAKEN({ what, name: /\)=\((?:.*, )?(.*)\)/.exec(detail)?.[1] ?? '' });
  // Somebody else has deleted it at the same moment, or since it was named.
  const [, asked, gone] = /\)=\((.*)\) is not present in table "(\w+)"/.exec(detail) ?? [];
  if (asked !== undefined) return raise.ACCESS_NOT_FOUND({ what: WHATS[gone!] ?? 'such place', asked });
  const isReferenced = code !== undefined && REFERENCED.has(code) && /referenced from table/.test(detail);
  return isReferenced ? raise.ACCESS_IN_USE({ what: 'place or role', by: `the table ${table} refers to it` }) : error;
}
