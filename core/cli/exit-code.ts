import { BackplaneError } from '@backplane/sdk';

/** What a command's end means to the shell. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** Errors about how a command was called or what it was given end with 2; everything else is failed work. */
export function exitCodeOf(error: unknown): number {
  if (!BackplaneError.is(error)) return EXIT.failed;
  return /^(USAGE|CONFIG_|.*_SYNTAX$)/.test(error.code) ? EXIT.usage : EXIT.failed;
}
