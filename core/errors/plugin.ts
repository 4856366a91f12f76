import type { ErrorCatalogue, ErrorEntry } from '@backplane/sdk';
import { httpPortErrors } from './http-port.ts';
import { pluginContractErrors } from './plugin-contracts.ts';

/** Something in a manifest or in `config/plugins.yaml`: stays wrong until it is corrected. */
function config<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 400, blame: 'config', retry: 'after-fix', message, remedy };
}

/** A fault of the plugin's own code. */
function plugin<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 502, blame: 'plugin', retry: 'after-fix', message, remedy };
}

const lines = (problems: readonly string[]) =>
  problems.length === 1 ? ` ${problems[0]}` : `\n${problems.map((line) => `  ${line}`).join('\n')}`;
const hint = (name: string | undefined) => (name === undefined ? '' : ` Did you mean \`${name}\`?`);

export const pluginErrors = {
  ...httpPortErrors,
  ...pluginContractErrors,
  PLUGIN_NOT_FOUND: config(
    (d: { id: string; where: string; didYouMean?: string }) =>
      `There is no plugin \`${d.id}\`: ${d.where}.${hint(d.didYouMean)}`,
    'Correct the id in config/plugins.yaml, put the folder there, or name it with `use: folder:<path>`.',
  ),
  PLUGIN_SOURCE_UNSUPPORTED: config(
    (d: { id: string; use: string }) =>
      `The plugin \`${d.id}\` comes from \`${d.use}\`, a source that this host cannot read.`,
    'This version reads `builtin:<id>` and `folder:<path>`: put the plugin into a folder and name that.',
  ),
  PLUGIN_DENIED: config(
    (d: { id: string; pattern: string }) => `The plugin \`${d.id}\` is refused by \`${d.pattern}\` under \`deny\`.`,
    'Remove the pattern from `deny` in config/plugins.yaml if the plugin may run.',
  ),
  PLUGIN_MANIFEST_MISSING: config(
    (d: { folder: string }) => `${d.folder} has no manifest.`,
    'Add a plugin.json, or a `backplane` field to package.json.',
  ),
  PLUGIN_MANIFEST_TWICE: config(
    (d: { first: string; second: string }) =>
      `The plugin has two manifests: ${d.first} and the \`backplane\` field of ${d.second}.`,
    'Keep one of the two.',
  ),
  PLUGIN_MANIFEST_INVALID: config(
    (d: { file: string; problems: readonly string[] }) => `The manifest ${d.file} is not valid:${lines(d.problems)}`,
    'Correct the places named; docs/guides/write-a-plugin.md shows a manifest.',
  ),
  PLUGIN_ID_MISMATCH: config(
    (d: { expected: string; found: string }) =>
      `The manifest says the id is \`${d.found}\`, but it is configured as \`${d.expected}\`.`,
    'Use the id of the manifest in config/plugins.yaml.',
  ),
  PLUGIN_HOST_RANGE: config(
    (d: { id: string; range: string; version: string }) =>
      `The plugin \`${d.id}\` needs a host of version ${d.range}; this is ${d.version}.`,
    'Take a version of the plugin that fits this host, or update the host.',
  ),
  PLUGIN_SDK_GENERATION: config(
    (d: { id: string; found: number | string; expected: number }) =>
      `The plugin \`${d.id}\` is made for generation ${d.found} of the SDK; this host speaks ${d.expected}.`,
    'Take a version of the plugin that is made for this host.',
  ),
  PLUGIN_TIER_UNSUPPORTED: config(
    (d: { id: string; tier: string }) =>
      `The plugin \`${d.id}\` runs in the tier \`${d.tier}\`, which this host does not have.`,
    'Run it on a host that has this tier. If you trust the plugin with all that the host may do, let its manifest ask for the tier `trusted` and add its id to `trust` in config/plugins.yaml.',
  ),
  PLUGIN_TIER_KIND: config(
    (d: { id: string; tier: string; kind: string; because: string }) =>
      `The plugin \`${d.id}\` brings a contribution of the kind ${d.kind}, which needs the tier \`trusted\`: ${d.because}. It would run in the tier \`${d.tier}\`.`,
    'If you trust the plugin with all that the host may do, let its manifest ask for the tier `trusted` and add its id to `trust` in config/plugins.yaml. Else take the contribution out.',
  ),
  PLUGIN_ENTRY_MISSING: config(
    (d: { id: string; entry: string }) =>
      `The entry \`${d.entry}\` of the plugin \`${d.id}\` is not a file that can be read.`,
    'Correct `entry` in the manifest.',
  ),
  PLUGIN_ENTRY_OUTSIDE: config(
    (d: { id: string; entry: string }) => `The entry \`${d.entry}\` of the plugin \`${d.id}\` leads out of its folder.`,
    'The entry must be a file inside the folder of the plugin, symbolic links followed.',
  ),
  PLUGIN_CONFIG_INVALID: config(
    (d: { id: string; problems: readonly string[] }) =>
      `The configuration of the plugin \`${d.id}\` is not valid:${lines(d.problems)}`,
    'Correct `config` of the plugin in config/plugins.yaml.',
  ),
  PLUGIN_REQUIRED_FAILED: config(
    (d: { id: string; cause: string }) => `The plugin \`${d.id}\` is required, but it is not active: ${d.cause}`,
    'Correct the cause, or take `required` away in config/plugins.yaml.',
  ),
  PLUGIN_LOAD_FAILED: plugin(
    (d: { id: string; problem: string }) => `The plugin \`${d.id}\` cannot be loaded: ${d.problem}`,
    'Correct the code of the plugin at the place named.',
  ),
  PLUGIN_LOAD_TIMEOUT: plugin(
    (d: { id: string; limitMs: number }) => `The plugin \`${d.id}\` was not loaded within ${d.limitMs / 1000} s.`,
    'Its entry, or a module it imports, awaits something that never comes; move that into `start` or into an action.',
  ),
  PLUGIN_EXPORT_INVALID: plugin(
    (d: { id: string; problem: string }) => `The entry of the plugin \`${d.id}\` ${d.problem}.`,
    'Write `export default definePlugin({ … })`.',
  ),
  PLUGIN_CONTRIBUTION_INVALID: plugin(
    (d: { id: string; problems: readonly string[] }) =>
      `The plugin \`${d.id}\` contributes what is not valid:${lines(d.problems)}`,
    'Correct what is named; the `define…` functions of @backplane/sdk show what is expected in their types.',
  ),
  PLUGIN_INDEX_DRIFT: plugin(
    (d: { id: string; differences: readonly string[] }) =>
      `The manifest of the plugin \`${d.id}\` and its code differ:${lines(d.differences)}`,
    'List under `contributes` exactly what the code contributes: `details.contributes` of this error, as it stands.',
  ),
  PLUGIN_CAPABILITY_UNDECLARED: plugin(
    (d: { id: string; uses: readonly string[] }) =>
      `The plugin \`${d.id}\` uses what its manifest does not ask for:${lines(d.uses)}`,
    'Add the capability, with its reason (`why`), to `capabilities` in the manifest.',
  ),
  PLUGIN_START_FAILED: plugin(
    (d: { id: string; problem: string }) => `The plugin \`${d.id}\` failed to start: ${d.problem}`,
    'Correct `start` of the plugin, or its configuration.',
  ),
  PLUGIN_START_TIMEOUT: plugin(
    (d: { id: string; limitMs: number }) => `The plugin \`${d.id}\` did not start within ${d.limitMs / 1000} s.`,
    'Let `start` return, and do what takes long afterwards.',
  ),
  PLUGIN_ACTION_THREW: {
    status: 502,
    blame: 'plugin',
    retry: 'later',
    message: (d: { plugin: string; action: string; problem: string }) =>
      `\`${d.action}\` of the plugin \`${d.plugin}\` failed: ${d.problem}`,
    remedy: 'Check the input of the step; if it is right, tell the author of the plugin.',
  },
  PLUGIN_OUTPUT_INVALID: plugin(
    (d: { plugin: string; action: string; problems: readonly string[] }) =>
      `\`${d.action}\` of the plugin \`${d.plugin}\` returned what it did not promise:${lines(d.problems)}`,
    'Tell the author of the plugin: the result must be JSON data that fits the `output` of the action.',
  ),
  PLUGIN_PORT_UNAVAILABLE: config(
    (d: { action: string; port: string }) => `\`${d.action}\` needs \`${d.port}\`, which is not there in this command.`,
    'Run it on a started host (`npm start`).',
  ),
  PLUGIN_PORT_NOT_LENT: plugin(
    (d: { action: string; port: string }) =>
      `\`${d.action}\` needs \`${d.port}\`, which no host of this version lends.`,
    'Do without it: docs/guides/write-a-plugin.md lists the ports.',
  ),
} as const satisfies ErrorCatalogue;
