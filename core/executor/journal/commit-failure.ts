/**
 * `refused`: the store said no to this very statement, so nothing of it is stored. `away`: it could not be asked, or its answer was
 * lost, so nobody knows. `clash`: two hosts stood in each other's way, and nothing is stored. `taken`: an idempotency key belongs to
 * another run, and nothing is stored.
 */
export type CommitFailure = 'refused' | 'away' | 'clash' | 'taken';

/** SQLSTATE of a lost race and of a deadlock. */
const CLASHES: ReadonlySet<string> = new Set(['40001', '40P01']);
const NOT_NULL = '23502';
/** SQLSTATE classes of a connection that broke and of a server that stops or starts. */
const AWAY_CLASSES: ReadonlySet<string> = new Set(['08', '57']);

export function classifyFailure(error: unknown): CommitFailure {
  const { code, severity, table } = error as { readonly [name in 'code' | 'severity' | 'table']?: unknown };
  if (typeof code !== 'string' || severity !== 'ERROR') return 'away';
  if (CLASHES.has(code)) return 'clash';
  if (code === NOT_NULL && table === 'run_key') return 'taken';
  return AWAY_CLASSES.has(code.slice(0, 2)) ? 'away' : 'refused';
}
