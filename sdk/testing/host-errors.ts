import { BackplaneError, type ErrorFacts } from '../errors/backplane-error.ts';

type Facts = Pick<ErrorFacts, 'status' | 'blame' | 'retry'>;

/** What a real host says in the same case, with the same code and the same verdict on trying again. */
const FACTS = {
  INPUT_INVALID: { status: 400, blame: 'input', retry: 'never' },
  ACTION_SECRET_MISSING: { status: 424, blame: 'credential', retry: 'after-fix' },
  PLUGIN_ACTION_THREW: { status: 502, blame: 'plugin', retry: 'later' },
  PLUGIN_OUTPUT_INVALID: { status: 502, blame: 'plugin', retry: 'after-fix' },
  PLUGIN_PORT_UNAVAILABLE: { status: 400, blame: 'config', retry: 'after-fix' },
  PLUGIN_NETWORK_REFUSED: { status: 403, blame: 'policy', retry: 'after-fix' },
  PLUGIN_CONFIG_INVALID: { status: 400, blame: 'config', retry: 'after-fix' },
  PLUGIN_LIMIT_WALL: { status: 504, blame: 'plugin', retry: 'later' },
  HTTP_PORT_TIMEOUT: { status: 504, blame: 'upstream', retry: 'later' },
} as const satisfies Record<string, Facts>;

export function hostError(code: keyof typeof FACTS, message: string, cause?: unknown): BackplaneError {
  const remedy = 'Seen in a test: correct the plugin, or what the test hands to it.';
  return new BackplaneError(code, message, { ...FACTS[code], remedy }, cause === undefined ? {} : { cause });
}
