import { raise } from '../../errors/catalogue.ts';

/**
 * What belongs to connections and sessions. The walls between plugins are the rights of their roles, not this: it keeps a plugin from
 * leaving a connection in a state that its next call would not expect.
 */
const SESSION =
  /^(?:BEGIN|START|COMMIT|ROLLBACK|END|ABORT|SAVEPOINT|RELEASE|PREPARE|EXECUTE|DEALLOCATE|SET|RESET|DISCARD|LISTEN|UNLISTEN|NOTIFY|COPY|LOCK|DECLARE|FETCH|MOVE|CLOSE|CHECKPOINT|LOAD)\b/i;

/** Throws PLUGIN_DATABASE_STATEMENT. */
export function refuseSessionWords(sql: string): void {
  const word = SESSION.exec(withoutLeadingComments(sql))?.[0];
  if (word !== undefined) throw raise.PLUGIN_DATABASE_STATEMENT({ word: word.toUpperCase() });
}

function withoutLeadingComments(sql: string): string {
  let rest = sql;
  for (;;) {
    const next = rest.replace(/^(?:[\s;]+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)/, '');
    if (next === rest) return rest;
    rest = next;
  }
}
