import type { Route } from './route.ts';

const VERBS = { get: 'read', post: 'create', put: 'update', patch: 'update', delete: 'delete' } as const;

/** What a request is called in the audit log: `POST /workflows/:id/runs` is `run.create`, `POST /runs/:id/cancel` is `run.cancel`. */
export function auditAction({ method, path, audit }: Pick<Route, 'method' | 'path' | 'audit'>): string {
  if (audit !== undefined) return audit;
  const segments = path.split('/').filter((segment) => segment !== '');
  const words = segments.filter((segment) => !/^[:*{]/.test(segment));
  const last = words.at(-1) ?? 'host';
  const isVerb =
    words.length > 1 && !last.endsWith('s') && method !== 'get' && (method === 'post' || segments.at(-1) === last);
  return isVerb ? `${singular(words[0]!)}.${last}` : `${singular(last)}.${VERBS[method]}`;
}

/** `registries` → `registry`, `workflows` → `workflow`. */
export function singular(word: string): string {
  return word.endsWith('ies') ? `${word.slice(0, -3)}y` : word.replace(/s$/, '');
}
