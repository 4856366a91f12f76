import type { ErrorCatalogue, ErrorEntry } from '@backplane/sdk';

function config<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 400, blame: 'config', retry: 'after-fix', message, remedy };
}

function conflict<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 409, blame: 'config', retry: 'after-fix', message, remedy };
}

const lines = (problems: readonly string[]) => problems.map((line) => `\n  ${line}`).join('');

/** What runs, who let it, and how that changes. */
export const pluginLockErrors = {
  PLUGIN_LOCK_INVALID: config(
    (d: { file: string; problems: readonly string[] }) => `The lock ${d.file} is not valid:${lines(d.problems)}`,
    'Take the file back from your version control, or delete it and run `backplane plugin apply`: approvals must then be given again.',
  ),
  PLUGIN_LOCK_UNWRITABLE: {
    status: 500,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { file: string; cause: string }) => `The lock ${d.file} cannot be written: ${d.cause}.`,
    remedy: 'Let the host write to the folder of config/plugins.yaml. What ran before still runs.',
  },
  PLUGIN_LOCK_CONFLICT: conflict(
    (d: { expected: number; found?: number }) =>
      `The lock of the plugins was changed by somebody else, on this host or another one: it ${d.found === undefined ? 'does not count' : `counts ${d.found}, not`} ${d.expected}${d.found === undefined ? ' any more' : ''}.`,
    'Nothing was changed. Look at the new plan (`backplane plugin plan`) and apply it again.',
  ),
  PLUGIN_LOCK_MISMATCH: config(
    (d: { id: string; version: string; expected: string; found: string }) =>
      `The files of the plugin \`${d.id}\` ${d.version} differ from config/plugins.lock: ${d.found} instead of ${d.expected}.`,
    'If the change is meant, run `backplane plugin plan` and `backplane plugin apply`; otherwise restore the files.',
  ),
  PLUGIN_NOT_TRUSTED: config(
    (d: { id: string }) =>
      `The plugin \`${d.id}\` asks to run in the host process, with all that the host may do, and is not named under \`trust\`.`,
    'If you trust it that far, add its id to `trust` in config/plugins.yaml; otherwise give it a tier of its own with `tier: process`.',
  ),
  PLUGIN_TIER_LAXER: config(
    (d: { id: string; asked: string; given: string }) =>
      `The plugin \`${d.id}\` is made for the tier \`${d.asked}\`; \`tier: ${d.given}\` would take walls away.`,
    'Leave `tier` out or make it stricter (trusted < process < isolate); the host process is for plugins whose manifest asks for it, named under `trust`.',
  ),
  PLUGIN_GRANT_UNKNOWN: config(
    (d: { id: string; grant: string; asked: readonly string[] }) =>
      `\`grants\` of the plugin \`${d.id}\` narrows \`${d.grant}\`, which it does not ask for${d.asked.length === 0 ? '; it asks for nothing' : ` (it asks for ${d.asked.join(', ')})`}.`,
    'Remove the line or correct it: grants can only take away.',
  ),
  PLUGIN_APPROVAL_NEEDED: {
    status: 403,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { id: string; version: string; digest: string; wider: readonly string[] }) =>
      `The plugin \`${d.id}\` ${d.version} waits for an approval of what it may do (${d.digest}):${lines(d.wider)}`,
    remedy: 'Look at what it asks for and run `backplane plugin approve <id>`, or narrow it with `grants`.',
  },
  PLUGIN_APPROVAL_STALE: conflict(
    (d: { id: string; expected: string; found: string }) =>
      `What the plugin \`${d.id}\` asks for is not what was approved: ${d.found} instead of ${d.expected}.`,
    'Look at the plan again and approve what it asks for now.',
  ),
  PLUGIN_NOT_WAITING: conflict(
    (d: { id: string }) => `The plugin \`${d.id}\` does not wait for an approval.`,
    '`backplane plugin plan` shows what waits.',
  ),
  PLUGIN_NO_PREVIOUS: conflict(
    (d: { id: string }) => `There is no earlier version of the plugin \`${d.id}\` to go back to.`,
    'Name the version that you want in `use` in config/plugins.yaml.',
  ),
  PLUGIN_ALREADY_NAMED: conflict(
    (d: { id: string; file: string }) => `The plugin \`${d.id}\` is already named in ${d.file}.`,
    'Change its entry, or remove it first.',
  ),
  PLUGIN_NOT_NAMED: {
    status: 404,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { id: string; file: string; didYouMean?: string }) =>
      `The plugin \`${d.id}\` is not named in ${d.file}.${d.didYouMean === undefined ? '' : ` Did you mean \`${d.didYouMean}\`?`}`,
    remedy: '`backplane plugin list` shows the ids.',
  },
  PLUGIN_REQUIRES_CYCLE: config(
    (d: { path: readonly string[] }) => `Plugins require each other in a circle: ${d.path.join(' → ')}.`,
    'Take one of the `requires` out of the manifests.',
  ),
  PLUGIN_REQUIRES_MISSING: config(
    (d: { id: string; needs: string; problem: string }) =>
      `The plugin \`${d.id}\` requires \`${d.needs}\`, ${d.problem}.`,
    'Add or repair the plugin that is required; this one then joins.',
  ),
  PLUGIN_RESTART_NEEDED: conflict(
    (d: { id: string; version: string }) =>
      `The plugin \`${d.id}\` runs inside the host process: ${d.version} takes its place when the host is started again.`,
    'Restart the host, or run the plugin in a tier of its own (`tier: process`), where it is exchanged without a restart.',
  ),
  PLUGIN_UNHEALTHY: {
    status: 502,
    blame: 'plugin',
    retry: 'after-fix',
    message: (d: { id: string; version: string; problem: string }) =>
      `The plugin \`${d.id}\` ${d.version} was loaded and does not answer: ${d.problem}.`,
    remedy: 'The version before goes on serving. Correct the plugin, then apply again.',
  },
  PLUGIN_STOPPED: {
    status: 503,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { id: string; version: string }) => `The plugin \`${d.id}\` ${d.version} was switched off.`,
    remedy:
      'Name it in config/plugins.yaml again if its actions are needed; `backplane plugin explain <id>` says more.',
  },
  PLUGIN_QUARANTINED: {
    status: 503,
    blame: 'plugin',
    retry: 'after-fix',
    message: (d: { id: string; crashes: number; minutes: number; reason: string }) =>
      `The plugin \`${d.id}\` is in quarantine: it ended ${d.crashes} times within ${d.minutes} min, last because ${d.reason}.`,
    remedy:
      'Go back with `backplane plugin rollback <id>`, or correct it and start it anew with `backplane plugin enable <id>`.',
  },
} as const satisfies ErrorCatalogue;
