import { raise } from '../../errors/catalogue.ts';
import type { Scope } from '../template/scope.ts';
import { CONTEXT_NAMES } from './context-name.ts';

/** The value of a context. Throws LANGUAGE_CONTEXT_ABSENT when the scope has none of that name. */
export function contextOf(scope: Scope, context: string): unknown {
  const value = (scope as Record<string, unknown>)[context];
  return value === undefined ? substitute(scope, context) : value;
}

/** `INPUTS` is another name of the trigger's data. */
function substitute(scope: Scope, context: string): unknown {
  if (context === 'INPUTS' && scope.TRIGGER !== undefined) return scope.TRIGGER;
  const available = CONTEXT_NAMES.filter((name) => scope[name] !== undefined);
  throw raise.LANGUAGE_CONTEXT_ABSENT({ context, available });
}
