import type { ErrorCatalogue } from '@backplane/sdk';

/** What can go wrong when one plugin calls another. */
export const pluginContractErrors = {
  PLUGIN_DEPENDENCY_UNAVAILABLE: {
    status: 503,
    blame: 'config',
    retry: 'later',
    message: (d: { caller: string; plugin: string }) =>
      `The plugin \`${d.caller}\` calls the plugin \`${d.plugin}\`, which is not running.`,
    remedy:
      'See `backplane plugin explain` of the plugin that is called: it is off, missing, or of a version that does not fit `requires`.',
  },
  PLUGIN_METHOD_UNKNOWN: {
    status: 502,
    blame: 'plugin',
    retry: 'after-fix',
    message: (d: { caller: string; plugin: string; method: string }) =>
      `The plugin \`${d.caller}\` calls \`${d.method}\` of the plugin \`${d.plugin}\`, which does not provide it.`,
    remedy: 'Take versions of the two plugins that fit each other, and narrow the range under `requires`.',
  },
} as const satisfies ErrorCatalogue;
