import { BackplaneError } from '@backplane/sdk';

/** What a command's end means to the shell. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** Errors about how a command was called, or what it was given, before anything was done. */
const USAGE = new RegExp(
  `^(${[
    'USAGE',
    'CONFIG_\\w+',
    '\\w+_SYNTAX',
    'ACTION_NOT_FOUND',
    'ARGUMENT_\\w+',
    'INPUT_INVALID',
    'TEMPLATE_FILE',
    'TEMPLATE_INVALID',
    'HTTP_INVALID_REQUEST',
    'HTTP_PORT_FIXTURE_INVALID',
    'EGRESS_RULE_INVALID',
    'SCHEDULE_INVALID',
    'API_KEY_MISSING',
    'PLUGIN_CREATE_REFUSED',
  ].join('|')})$`,
);

/** Wrong usage and invalid input end with 2; everything else is work that failed. */
export function exitCodeOf(error: unknown): number {
  return BackplaneError.is(error) && USAGE.test(error.code) ? EXIT.usage : EXIT.failed;
}
