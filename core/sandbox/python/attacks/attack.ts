import type { Attack } from '../../attacks/attack.ts';

/** A call whose exception is its answer: `probe('open("/etc/passwd")')` gives the exception's name. */
const probe = (statement: string): string =>
  `def main():\n    try:\n        ${statement.replaceAll('\n', '\n        ')}\n    except BaseException as error:\n        return type(error).__name__\n    return 'through'\n`;

/** An attack that must be answered by one of these exceptions. */
export function refusedWith(name: string, statement: string, ...exceptions: string[]): Attack {
  return { name, source: probe(statement), results: exceptions };
}

/** Ends the interpreter or is refused before: either way nothing is reached. */
export const ENDED = ['SANDBOX_SCRIPT_ERROR', 'SANDBOX_CRASHED'];
