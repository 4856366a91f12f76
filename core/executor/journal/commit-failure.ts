/**
 * `refused`: the store said no to this very statement, so nothing of it is stored. `away`: it could not be asked, or its answer was
 * lost, so nobody knows.
 */
export type CommitFailure = 'refused' | 'away';

/** SQLSTATE classes of a connection that broke and of a server that stops or starts. */
const AWAY_CLASSES: ReadonlySet<string> = new Set(['08', '57']);

export function classifyFailure(error: unknown): CommitFailure {
  const { code, severity } = error as { readonly code?: unknown; readonly severity?: unknown };
  if (typeof code !== 'string' || severity !== 'ERROR') return 'away';
  return AWAY_CLASSES.has(code.slice(0, 2)) ? 'away' : 'refused';
}
