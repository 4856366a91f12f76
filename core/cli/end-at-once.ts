import { EXIT } from './exit-code.ts';
import { printError } from './output.ts';

/** Ends the command at an exception that nobody caught: with its message, never with a stack trace. */
export function endAtOnce(thrown: unknown): never {
  printError(thrown);
  process.exit(EXIT.failed);
}
