import type { ErrorCatalogue, ErrorEntry } from '@backplane/sdk';

interface InRoute {
  readonly plugin: string;
  readonly route: string;
}

/** A fault of the plugin's own code. */
function plugin<D>(status: number, message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status, blame: 'plugin', retry: 'after-fix', message, remedy };
}

const TELL = 'Tell the author of the plugin; docs/reference/plugins says what is expected.';

/** What plugins bring to the host besides actions: routes, tables, pages, triggers, functions, notifiers. */
export const pluginBringsErrors = {
  PLUGIN_ROUTE_THREW: {
    status: 502,
    blame: 'plugin',
    retry: 'later',
    message: (d: InRoute & { problem: string }) => `\`${d.route}\` of the plugin \`${d.plugin}\` failed: ${d.problem}`,
    remedy: 'Check the request; if it is right, tell the author of the plugin.',
  },
  PLUGIN_ROUTE_TIMEOUT: {
    status: 504,
    blame: 'plugin',
    retry: 'later',
    message: (d: InRoute & { limitMs: number }) =>
      `\`${d.route}\` of the plugin \`${d.plugin}\` did not answer within ${d.limitMs / 1000} s.`,
    remedy: 'Try again later; a route that needs more time says so in its `timeoutMs`.',
  },
  PLUGIN_ROUTE_REPLY: plugin(
    502,
    (d: InRoute & { problem: string }) =>
      `\`${d.route}\` of the plugin \`${d.plugin}\` answered what it did not promise: ${d.problem}.`,
    TELL,
  ),
  PLUGIN_DATABASE_ROLE: {
    status: 503,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { plugin: string; cause: string }) =>
      `The plugin \`${d.plugin}\` keeps tables, but this host cannot give it a database role of its own: ${d.cause}.`,
    remedy:
      'Let the database user of the host create roles (`ALTER ROLE … CREATEROLE`) and schemas, and let new roles log in with a password (pg_hba.conf). Without a role of its own a plugin could reach the tables of others, so it gets none.',
  },
  PLUGIN_MIGRATION_FAILED: plugin(
    502,
    (d: { plugin: string; migration: string; statement: number; cause: string }) =>
      `The migration \`${d.migration}\` of the plugin \`${d.plugin}\` failed at statement ${d.statement}: ${d.cause}. Nothing of it was kept.`,
    TELL,
  ),
  PLUGIN_MIGRATION_CHANGED: plugin(
    502,
    (d: { plugin: string; migration: string; version: string }) =>
      `The migration \`${d.migration}\` of the plugin \`${d.plugin}\` ran here with version ${d.version} and has changed since.`,
    'A migration that has run stays as it is; put the change into a new one.',
  ),
  PLUGIN_ENTITY_MISMATCH: plugin(
    502,
    (d: { plugin: string; entity: string; problem: string }) =>
      `The entity \`${d.entity}\` of the plugin \`${d.plugin}\` is not what stands in the database: ${d.problem}.`,
    'Bring the table and the entity together: a migration makes what the entity says.',
  ),
  PLUGIN_DATABASE_STATEMENT: plugin(
    400,
    (d: { word: string }) => `A plugin may not run \`${d.word}\` on its own.`,
    'Use `transaction` of the database port; the host takes care of connections and sessions.',
  ),
  PLUGIN_DATABASE_DENIED: plugin(
    403,
    (d: { plugin: string; cause: string }) => `The plugin \`${d.plugin}\` reached out of its own schema: ${d.cause}.`,
    'A plugin has its own schema and nothing else; ask the other plugin, or the host, over its ports.',
  ),
  PLUGIN_DATABASE_CONFLICT: {
    status: 409,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { constraint: string }) => `There is a row with these values already (${d.constraint}).`,
    remedy: 'Change the existing row, or choose other values.',
  },
  PLUGIN_DATABASE_FAILED: plugin(
    502,
    (d: { plugin: string; cause: string }) => `A statement of the plugin \`${d.plugin}\` failed: ${d.cause}.`,
    TELL,
  ),
  PLUGIN_DATABASE_LIMIT: plugin(
    502,
    (d: { plugin: string; limit: string }) =>
      `A statement of the plugin \`${d.plugin}\` was stopped: more than ${d.limit}.`,
    'Ask for less at once: a narrower `where`, a `limit`, or several steps.',
  ),
  PLUGIN_DATA_IN_USE: {
    status: 409,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { plugin: string }) => `The plugin \`${d.plugin}\` is active and works with its tables.`,
    remedy: 'Disable or remove the plugin first.',
  },
  PLUGIN_TRIGGER_CONFIG: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { workflow: string; trigger: string; problems: readonly string[] }) =>
      `The workflow ${d.workflow} sets up \`${d.trigger}\` with what it does not understand: ${d.problems.join('; ')}.`,
    remedy: 'Correct `config` of the trigger in the workflow.',
  },
  PLUGIN_TRIGGER_FAILED: plugin(
    502,
    (d: { plugin: string; trigger: string; problem: string }) =>
      `The trigger \`${d.trigger}\` of the plugin \`${d.plugin}\` failed: ${d.problem}.`,
    TELL,
  ),
  PLUGIN_TRIGGER_UNPROVEN: {
    status: 401,
    blame: 'credential',
    retry: 'after-fix',
    message: (d: { trigger: string }) => `\`${d.trigger}\` does not know the sender of this call.`,
    remedy: 'Let the service sign its calls as the trigger expects.',
  },
  PLUGIN_FUNCTION_NAME: plugin(
    502,
    (d: { plugin: string; name: string; problem: string }) =>
      `The plugin \`${d.plugin}\` may not call a function \`${d.name}\`: ${d.problem}.`,
    'Begin the name of the function with that of the plugin.',
  ),
  PLUGIN_FUNCTION_EXAMPLE: plugin(
    502,
    (d: { plugin: string; name: string; number: number }) =>
      `\`${d.name}\` of the plugin \`${d.plugin}\` does not give what its example ${d.number} says.`,
    'Correct the function or its example.',
  ),
  PLUGIN_FUNCTION_FAILED: plugin(
    502,
    (d: { plugin: string; name: string; problem: string }) =>
      `\`${d.name}\` of the plugin \`${d.plugin}\` failed: ${d.problem}.`,
    TELL,
  ),
  PLUGIN_NOTIFIER_UNKNOWN: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { notifier: string; known: readonly string[] }) =>
      `There is no notifier \`${d.notifier}\`; known are ${d.known.join(', ') || 'none'}.`,
    remedy: 'Correct the name, or bring up the plugin that has it.',
  },
  PLUGIN_NOTIFIER_CONFIG: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { notifier: string; problems: readonly string[] }) =>
      `The settings of the notifier \`${d.notifier}\` are not valid: ${d.problems.join('; ')}.`,
    remedy: 'Correct the settings; the page of the plugin says what it understands.',
  },
  PLUGIN_NOTIFIER_FAILED: {
    status: 502,
    blame: 'plugin',
    retry: 'later',
    message: (d: { notifier: string; problem: string }) => `The notifier \`${d.notifier}\` failed: ${d.problem}.`,
    remedy: 'Try again later; when it stays, check its settings and the service behind it.',
  },
} as const satisfies ErrorCatalogue;
