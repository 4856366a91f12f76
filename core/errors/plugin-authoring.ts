import type { ErrorCatalogue, ErrorEntry } from '@backplane/sdk';

/** Something in the plugin that its author is about to build. */
function author<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 400, blame: 'plugin', retry: 'after-fix', message, remedy };
}

const lines = (problems: readonly string[]) => problems.map((line) => `\n  ${line}`).join('');

/** What the tools for authors refuse: `backplane plugin create|dev|test|lint|docs|pack|publish`. */
export const pluginAuthoringErrors = {
  PLUGIN_CREATE_REFUSED: author(
    (d: { problem: string }) => `No plugin was created: ${d.problem}.`,
    'Name an empty or new folder, an id such as `my-tickets` and a kind that `backplane plugin create --help` lists.',
  ),
  PLUGIN_LINT_FAILED: author(
    (d: { id: string; problems: readonly string[] }) => `The plugin \`${d.id}\` breaks rules:${lines(d.problems)}`,
    'Correct the places named; `backplane plugin lint --fix` does what can be done safely, docs/reference/plugin-lint.md explains each rule.',
  ),
  PLUGIN_BUILD_FAILED: author(
    (d: { id: string; problems: readonly string[] }) =>
      `The plugin \`${d.id}\` cannot be bundled into one file:${lines(d.problems)}`,
    'Correct the places named; a package that is not found has to be installed (`npm install`) first.',
  ),
  PLUGIN_BUILD_NOT_ISOLATED: author(
    (d: { id: string; modules: readonly string[] }) =>
      `The plugin \`${d.id}\` asks for the tier \`isolate\`, but its code, or that of a package, imports what is not there: ${d.modules.join(', ')}.`,
    'Do without these modules, or ask for the tier `process` in the manifest.',
  ),
  PLUGIN_DEPENDENCY_MISSING: author(
    (d: { id: string; name: string; of: string }) =>
      `The plugin \`${d.id}\` cannot be packed with its dependencies: \`${d.name}\`, which ${d.of} needs, is not installed.`,
    'Run `npm install` in the folder of the plugin, then pack again.',
  ),
  PLUGIN_PUBLISH_FAILED: {
    status: 502,
    blame: 'upstream',
    retry: 'after-fix',
    message: (d: { id: string; version: string; problem: string }) =>
      `\`${d.id}\` ${d.version} was not published: ${d.problem}`,
    remedy:
      'See what npm says: log in (`npm login --registry …`), raise the version, or check the address of the registry.',
  },
  PLUGIN_EXAMPLE_FAILED: author(
    (d: { id: string; problems: readonly string[] }) =>
      `Examples of the plugin \`${d.id}\` do not hold:${lines(d.problems)}`,
    'Correct the example or the action; an example whose action sends requests needs `fixtures/<action>.json`.',
  ),
  PLUGIN_BENCH_LOST: author(
    (d: { id: string; problem: string }) =>
      `The process in which the plugin \`${d.id}\` was tried ended: ${d.problem}.`,
    'The plugin ended its process, or used up its memory; look at what it did last in the log.',
  ),
} as const satisfies ErrorCatalogue;
