import type { ErrorCatalogue, ErrorEntry } from '@backplane/sdk';

/** What a plugin did beyond what it may; its own process or isolate pays for it. */
function contained<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 502, blame: 'plugin', retry: 'later', message, remedy };
}

/** What nobody has allowed. */
function refused<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 403, blame: 'policy', retry: 'after-fix', message, remedy };
}

export const pluginTierErrors = {
  PLUGIN_TIER_UNAVAILABLE: {
    status: 503,
    blame: 'host',
    retry: 'after-fix',
    message: (d: { id: string; tier: string; reason: string }) =>
      `The plugin \`${d.id}\` cannot run in the tier \`${d.tier}\`: ${d.reason}.`,
    remedy:
      'Install the dependencies again under the pinned Node (npm ci). A plugin never falls back to a weaker tier.',
  },
  PLUGIN_LINK_OUTSIDE: {
    status: 400,
    blame: 'plugin',
    retry: 'after-fix',
    message: (d: { id: string; link: string }) =>
      `The plugin \`${d.id}\` has a symbolic link that leads out of its folder: ${d.link}.`,
    remedy: 'Replace the link by the file itself. A plugin may read its own folder only, links followed.',
  },
  PLUGIN_IMPORT_REFUSED: {
    status: 400,
    blame: 'plugin',
    retry: 'after-fix',
    message: (d: { id: string; specifier: string; reason: string }) =>
      `The plugin \`${d.id}\` imports \`${d.specifier}\`: ${d.reason}.`,
    remedy:
      'In the tier `isolate` there are the files of the plugin, @backplane/sdk and zod. Bundle other packages, or ask for the tier `process`.',
  },
  PLUGIN_LIMIT_WALL: {
    status: 504,
    blame: 'plugin',
    retry: 'later',
    message: (d: { plugin: string; action: string; limitMs: number }) =>
      `\`${d.action}\` of the plugin \`${d.plugin}\` took longer than ${d.limitMs / 1000} s.`,
    remedy: 'Do less in one call, or let the author raise `timeoutMs` of the action.',
  },
  PLUGIN_LIMIT_MEMORY: contained(
    (d: { plugin: string; limitMb: number }) =>
      `The plugin \`${d.plugin}\` used more memory than its ${d.limitMb} MB; its process was ended.`,
    'Handle less data in one call, or raise the memory limit of the plugin.',
  ),
  PLUGIN_LIMIT_OUTPUT: contained(
    (d: { plugin: string; action: string; limit: number }) =>
      `\`${d.action}\` of the plugin \`${d.plugin}\` returned more than ${d.limit} characters of JSON.`,
    'Return less: a page at a time, or only the members that are needed.',
  ),
  PLUGIN_LIMIT_HOST_CALLS: contained(
    (d: { plugin: string; action: string; limit: number }) =>
      `\`${d.action}\` of the plugin \`${d.plugin}\` used the host more than ${d.limit} times in one call.`,
    'Do less in one call: fetch larger pages, or split the work over several steps.',
  ),
  PLUGIN_LIMIT_LOG: contained(
    (d: { plugin: string; limit: number }) => `The plugin \`${d.plugin}\` logged more than its ${d.limit} lines.`,
    'Log what people need to know; the lines up to the limit are in the log.',
  ),
  PLUGIN_LIMIT_MESSAGE: contained(
    (d: { plugin: string; limit: number }) =>
      `The plugin \`${d.plugin}\` sent the host more than ${d.limit} bytes at once; its process was ended.`,
    'Send less in one request or answer.',
  ),
  PLUGIN_CRASHED: contained(
    (d: { plugin: string; how: string }) =>
      `The process of the plugin \`${d.plugin}\` ended (${d.how}). The host and other plugins are not affected.`,
    'Try again once the plugin is back; if it happens again, tell the author of the plugin.',
  ),
  PLUGIN_HUNG: contained(
    (d: { plugin: string; limitMs: number }) =>
      `The plugin \`${d.plugin}\` did not react for ${d.limitMs / 1000} s; its process was ended.`,
    'Tell the author of the plugin: its code computes without ever giving way.',
  ),
  PLUGIN_PROTOCOL: contained(
    (d: { plugin: string; problem: string }) =>
      `The plugin \`${d.plugin}\` said to the host what no plugin may say: ${d.problem}. Its process was ended.`,
    'Plugins talk to the host through @backplane/sdk only. Have its code examined before it runs again.',
  ),
  PLUGIN_CALL_CANCELLED: {
    status: 499,
    blame: 'input',
    retry: 'never',
    message: (d: { plugin: string; action: string }) =>
      `\`${d.action}\` of the plugin \`${d.plugin}\` was cancelled by its caller.`,
    remedy: 'Nothing to correct: whoever started the call asked for it to stop.',
  },
  PLUGIN_PROCESS_STOPPED: {
    status: 503,
    blame: 'host',
    retry: 'later',
    message: (d: { plugin: string }) => `The plugin \`${d.plugin}\` has been stopped.`,
    remedy: 'Try again when the plugin is back.',
  },
  PLUGIN_PORT_REFUSED: refused(
    (d: { plugin: string; port: string }) =>
      `The plugin \`${d.plugin}\` asked the host for \`${d.port}\`, which this call does not have.`,
    'Name the port in `uses` of the action and its capability in the manifest, and have it granted.',
  ),
  PLUGIN_NETWORK_REFUSED: refused(
    (d: { plugin: string; method: string; host: string }) =>
      `The plugin \`${d.plugin}\` may not send ${d.method} to ${d.host}: no granted network rule permits it.`,
    'Add the host and method, with the reason, to `capabilities.network` of the manifest and have it granted.',
  ),
  PLUGIN_CONNECTION_MISSING: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { kind: string; environment: string }) =>
      `There is no connection of the kind \`${d.kind}\` in the environment \`${d.environment}\`.`,
    remedy: 'Configure the connection and its secret, or run the workflow where they are configured.',
  },
  PLUGIN_CONNECTION_INVALID: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { kind: string; problem: string }) => `The connection \`${d.kind}\` is not usable: ${d.problem}.`,
    remedy: 'Correct the connection or its secret.',
  },
  PLUGIN_CONNECTION_HOST_REFUSED: refused(
    (d: { kind: string; host: string }) =>
      `The connection \`${d.kind}\` does not send its credential to ${d.host}; nothing was sent.`,
    'Add the host to the allowed hosts of the connection if it may have the credential; use `http` for other hosts.',
  ),
} as const satisfies ErrorCatalogue;
