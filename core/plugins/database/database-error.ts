import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { codedFailure } from '../../storage/coded-failures.ts';

interface ServerError extends Error {
  readonly code?: string;
  readonly constraint?: string;
}

/** What the database says to a plugin's statement, as a coded error. */
export function databaseError(plugin: string, thrown: unknown): BackplaneError {
  const coded = codedFailure(thrown);
  if (BackplaneError.is(coded)) return coded;
  const { code = '', message, constraint } = thrown as ServerError;
  const options = { cause: thrown, details: { sqlstate: code } };
  if (code === '23505') return raise.PLUGIN_DATABASE_CONFLICT({ constraint: constraint ?? 'unique' }, options);
  if (code === '42501') return raise.PLUGIN_DATABASE_DENIED({ plugin, cause: message }, options);
  return raise.PLUGIN_DATABASE_FAILED({ plugin, cause: message }, options);
}

/** True for what may pass when the whole transaction is tried again. */
export function isConflictOfTime(thrown: unknown): boolean {
  const state = BackplaneError.is(thrown) ? thrown.facts.details?.['sqlstate'] : undefined;
  return state === '40001' || state === '40P01';
}
