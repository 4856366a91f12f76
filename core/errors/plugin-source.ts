import type { ErrorCatalogue, ErrorEntry } from '@backplane/sdk';

/** A wish or a rule in `config/plugins.yaml` that cannot be met as it stands. */
function config<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 400, blame: 'config', retry: 'after-fix', message, remedy };
}

/** A rule of the administrator says no. */
function policy<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 403, blame: 'policy', retry: 'after-fix', message, remedy };
}

/** What was offered must not or cannot be installed. */
function offered<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 422, blame: 'plugin', retry: 'after-fix', message, remedy };
}

const hint = (name: string | undefined) => (name === undefined ? '' : ` Did you mean \`${name}\`?`);

/** Where plugins come from, how they are unpacked, and where they are kept. Messages never hold tokens, queries or credentials of URLs. */
export const pluginSourceErrors = {
  PLUGIN_WISH_INVALID: config(
    (d: { wish: string; problem: string }) => `\`${d.wish}\` does not say where a plugin comes from: ${d.problem}.`,
    'Write `npm:@scope/name@^1.4`, `archive:./file.tgz` or `folder:./path` under `use`.',
  ),
  PLUGIN_SOURCE_NOT_FOUND: config(
    (d: { wish: string; where: string }) => `There is no plugin at \`${d.wish}\`: ${d.where}.`,
    'Correct the name or the path under `use` in config/plugins.yaml.',
  ),
  PLUGIN_OFFLINE: config(
    (d: { use: string }) => `\`${d.use}\` needs a network, and \`--offline\` says to ask none.`,
    'Pack the plugin with all it needs where there is a network (`backplane plugin pack`), carry the file here, and add that.',
  ),
  PLUGIN_SOURCE_ABORTED: {
    status: 499,
    blame: 'input',
    retry: 'later',
    message: (d: { wish: string }) => `Fetching \`${d.wish}\` was stopped before it was complete.`,
    remedy: 'Try again; nothing was changed. If a deadline ended it, check how fast the source answers.',
  },
  PLUGIN_VERSION_NOT_FOUND: config(
    (d: { name: string; range: string; available: readonly string[]; didYouMean?: string }) =>
      `\`${d.name}\` has no version that fits \`${d.range}\`; there ${d.available.length === 0 ? 'are none' : `is ${d.available.join(', ')}`}.${hint(d.didYouMean)}`,
    'Correct the range under `use` in config/plugins.yaml.',
  ),
  PLUGIN_VERSION_TOO_YOUNG: policy(
    (d: { name: string; version: string; published?: string; days: number }) =>
      d.published === undefined
        ? `\`${d.name}@${d.version}\` is not taken: the registry does not say when it was published, and versions must be ${d.days} days old.`
        : `\`${d.name}@${d.version}\` was published at ${d.published}; versions must be ${d.days} days old.`,
    'Wait, ask for an older version, or name the package under `npm.minimumAgeExempt` in config/plugins.yaml if its publisher is you.',
  ),
  PLUGIN_VERSION_MISMATCH: offered(
    (d: { name: string; expected: string; found: string }) =>
      `\`${d.name}\` was offered as version ${d.expected}, but its files say ${d.found}.`,
    'Tell the author: the version of the package and of the manifest must be the same.',
  ),
  PLUGIN_PACKAGE_DENIED: policy(
    (d: { name: string; reason: string }) => `The package \`${d.name}\` is refused: ${d.reason}.`,
    'An administrator can change `allow` and `deny` in config/plugins.yaml.',
  ),
  PLUGIN_INTEGRITY_MISMATCH: {
    status: 422,
    blame: 'policy',
    retry: 'after-fix',
    message: (d: { what: string; expected: string; found: string }) =>
      `${d.what} is not what was promised: expected ${d.expected}, found ${d.found}.`,
    remedy:
      'Do not use it before you know why: the source was changed or tampered with. If the change is meant, ask for the plugin anew.',
  },
  PLUGIN_INTEGRITY_MISSING: offered(
    (d: { what: string }) =>
      `${d.what} comes without a sha512 digest, so nobody can tell whether its bytes are the right ones.`,
    'Publish it again with a current npm, or use `archive:` with a file that you have checked.',
  ),
  PLUGIN_SIGNATURE_BAD: {
    status: 422,
    blame: 'policy',
    retry: 'after-fix',
    message: (d: { what: string; problem: string }) => `The signature of ${d.what} is wrong: ${d.problem}.`,
    remedy: 'Do not use it. Ask whoever runs the registry, and the author, what happened.',
  },
  PLUGIN_PROVENANCE_BAD: {
    status: 422,
    blame: 'policy',
    retry: 'after-fix',
    message: (d: { what: string; problem: string }) => `The provenance of ${d.what} is wrong: ${d.problem}.`,
    remedy:
      'Do not use it before you know why. If its keys are newer than `trustRoot` of the registry in config/plugins.yaml, fetch that file anew.',
  },
  PLUGIN_PROVENANCE_FOREIGN: policy(
    (d: { what: string; found: string; expected: readonly string[] }) =>
      `${d.what} was built from ${d.found}, and may only be built from ${d.expected.join(', ')}.`,
    'Ask the author what happened. If the package has moved, correct `npm.builtFrom` in config/plugins.yaml.',
  ),
  PLUGIN_PROOF_REQUIRED: policy(
    (d: { what: string; proof: string; state: string }) =>
      `${d.what} is refused: its ${d.proof} is ${d.state}, and this host requires it verified.`,
    'Take a version that has it, or lower `require` in config/plugins.yaml. What is `unchecked` lacks `keys` or `trustRoot` of its registry.',
  ),
  PLUGIN_ARCHIVE_INVALID: offered(
    (d: { what: string; problem: string }) => `${d.what} is not a package: ${d.problem}.`,
    'A package is a gzipped tar archive with one top folder, as `npm pack` and `backplane plugin pack` make it; fetch it again if it was cut short.',
  ),
  PLUGIN_FILE_REFUSED: offered(
    (d: { what: string; path: string; problem: string }) =>
      `${d.what} is refused: ${JSON.stringify(d.path)} ${d.problem}.`,
    'A plugin consists of plain files and folders with plain names. Remove the entry, and ask yourself how it got there.',
  ),
  PLUGIN_TOO_LARGE: offered(
    (d: { what: string; limit: string }) => `${d.what} is refused: it has more than ${d.limit}.`,
    'Publish only what the plugin needs at run time: bundle it, and leave out tests, sources and data.',
  ),
  PLUGIN_REGISTRY_UNREACHABLE: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: (d: { registry: string; cause: string }) => `The registry ${d.registry} cannot be asked: ${d.cause}`,
    remedy:
      'Check `registries` in config/plugins.yaml, the proxy variables, and that the registry runs. Installed plugins go on.',
  },
  PLUGIN_REGISTRY_REFUSED: {
    status: 502,
    blame: 'credential',
    retry: 'after-fix',
    message: (d: { registry: string; name: string; status: number; withToken: string }) =>
      `The registry ${d.registry} does not give \`${d.name}\` (HTTP ${d.status}, asked ${d.withToken}).`,
    remedy: 'Correct `token` of the registry in config/plugins.yaml, or have its user granted access to the package.',
  },
  PLUGIN_REGISTRY_REPLY_INVALID: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: (d: { registry: string; name: string; problem: string }) =>
      `The answer of the registry ${d.registry} about \`${d.name}\` cannot be used: ${d.problem}.`,
    remedy: 'Check that the address is that of an npm registry; a proxy or a sign-in page may answer in its place.',
  },
  PLUGIN_REGISTRY_TOKEN_MISSING: config(
    (d: { registry: string; secret: string }) =>
      `The registry ${d.registry} is asked with the secret \`${d.secret}\`, which does not exist.`,
    'Create the secret, or correct `token` of the registry in config/plugins.yaml.',
  ),
  PLUGIN_DEPENDENCIES_UNLOCKED: offered(
    (d: { name: string; problem: string }) => `The dependencies of \`${d.name}\` are not fixed: ${d.problem}.`,
    'Bundle them into the entry, list them under `bundleDependencies`, or ship an npm-shrinkwrap.json (`npm shrinkwrap`).',
  ),
  PLUGIN_FOLDER_UNSETTLED: {
    status: 409,
    blame: 'plugin',
    retry: 'later',
    message: (d: { folder: string; path: string }) =>
      `The folder ${d.folder} changed while it was read (${d.path}): half of a change never runs.`,
    remedy: 'It is read again once it is quiet. Let what writes there all the time (logs, caches) write elsewhere.',
  },
  PLUGIN_FOLDER_UNREADABLE: config(
    (d: { folder: string; path: string; code: string }) =>
      `The host may not read ${d.path} of the folder ${d.folder} (${d.code}).`,
    'Give the user that the host runs as the right to read everything in the folder.',
  ),
  PLUGIN_NOT_FETCHED: config(
    (d: { what: string; where: string }) => `The plugin \`${d.what}\` is not here yet: it is not ${d.where}.`,
    '`backplane plugin plan` says whether it waits for an approval; else `backplane plugin apply` fetches it, with the same `--config` and `--data`, or a start of the host.',
  ),
  PLUGIN_STORE_DAMAGED: {
    status: 500,
    blame: 'host',
    retry: 'after-fix',
    message: (d: { id: string; version: string; problem: string }) =>
      `The stored files of the plugin \`${d.id}\` ${d.version} are not those that were installed: ${d.problem}.`,
    remedy:
      'Remove that version and fetch it again; find out who writes into the `plugins` folder of the data directory.',
  },
  PLUGIN_STORE_UNUSABLE: {
    status: 500,
    blame: 'host',
    retry: 'after-fix',
    message: (d: { folder: string; problem: string }) => `Plugins cannot be kept in ${d.folder}: ${d.problem}.`,
    remedy: 'Check the free space and the rights of the data directory.',
  },
} as const satisfies ErrorCatalogue;
