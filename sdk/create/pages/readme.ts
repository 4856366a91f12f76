import type { KindScaffold } from '../kinds/kind-scaffold.ts';
import type { PluginOutline } from '../plugin-outline.ts';

export function readme(outline: PluginOutline, kind: KindScaffold): string {
  const { id, packageName } = outline;
  return `# ${packageName}

The plugin \`${id}\` for Backplane.

${kind.usage(outline)}
${kind.tier === 'trusted' ? inHost(id) : ''}
## Work on it

\`\`\`sh
npm test                  # its own tests; they need no network
backplane plugin dev      # try it in the browser; reloads when a file changes
backplane plugin test     # its own tests, and what every contribution has to hold
backplane plugin lint     # --fix corrects what can be corrected safely
backplane plugin pack     # the archive that a host installs
\`\`\`

Secrets for \`plugin dev\` go into \`secrets.local.json\`: \`{"name": {"KEY": "value"}}\`. The file stays on this machine.
`;
}

function inHost(id: string): string {
  return `
It runs in the process of the host, with all that the host may do: \`config/plugins.yaml\` has to say that it may.

\`\`\`yaml
plugins: { ${id}: {} }
trust: [${id}]
\`\`\`
`;
}
