import type { PluginOutline } from '../plugin-outline.ts';

/** For whoever, person or program, changes the plugin without having read the SDK's pages. */
export function agentsGuide({ id, extension }: PluginOutline): string {
  return `# Working on this plugin

- The manifest is the field \`backplane\` of package.json. It is data: hosts read it before any code runs. \`backplane plugin lint --fix\` writes the
  names under \`contributes\`; never write them by hand.
- \`src/index.${extension}\` exports \`definePlugin({ id: '${id}', contributes: [...] })\`. One contribution a file, its test beside it.
- Import from \`@backplane/sdk\`, from zod as \`import * as z from 'zod'\`, and from files of your own. Node's own modules and \`process.env\` are not there when the
  plugin runs confined: ask for a port in \`uses\` and for its capability, with a reason, in the manifest.
- Every action has \`input\`, \`output\`, \`effect\`, \`idempotent\` and at least one example. Pass \`signal\` on to whatever waits.
- Throw errors of \`defineErrors\`; a plain \`Error\` has no code and no remedy.
- Before you hand over: \`npm test\`, \`backplane plugin lint\`, \`backplane plugin test\`. A change people notice gets a line in CHANGELOG.md.
`;
}
