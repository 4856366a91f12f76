import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SDK_GENERATION } from '@backplane/sdk';
import { HOST_VERSION } from '../core/host/version.ts';
import type { LockEntry } from '../core/plugins/lock/lock-entry.ts';
import { EMPTY_LOCK, openLockFile } from '../core/plugins/lock/lock-file.ts';
import { readPluginsConfig } from '../core/plugins/plugins-config.ts';
import { fetchedPlugin } from '../core/plugins/sources/fetched-plugin.ts';
import { openPluginStore } from '../core/plugins/store/open-plugin-store.ts';
import { openPluginIndex } from '../core/plugins/store/plugin-index.ts';
import { bytesIntegrity } from '../core/plugins/store/tree-integrity.ts';

/** Gives a home so many npm packages, installed and once loaded, each with one action, and so many templates that call them. */
export async function fillHome(home: string, plugins: number, templates: number): Promise<void> {
  const ids = Array.from({ length: plugins }, (_, i) => `vendor-${i}`);
  mkdirSync(join(home, 'config'), { recursive: true });
  mkdirSync(join(home, 'templates'), { recursive: true });
  writeFileSync(
    join(home, 'config', 'backplane.yaml'),
    `log: { level: warn }\ntemplates: { folders: ["${join(home, 'templates')}"], workflows: [] }\n`,
  );
  const file = join(home, 'config', 'plugins.yaml');
  writeFileSync(
    file,
    `plugins:${ids.length === 0 ? ' {}' : ''}\n${ids.map((id) => `  ${id}: { use: "npm:${id}@^1.0.0" }\n`).join('')}`,
  );
  for (let i = 0; i < templates; i += 1)
    writeFileSync(join(home, 'templates', `template-${i}.yaml`), template(i, plugins));

  const config = readPluginsConfig(file, home, {});
  const folder = join(home, 'data', 'plugins');
  const store = await openPluginStore(folder);
  const index = openPluginIndex(folder, `${HOST_VERSION} ${SDK_GENERATION}`);
  const rules = JSON.stringify([config.registries, config.npm]);
  const rows = new Map<string, LockEntry>();
  for (const id of ids) {
    const source = bytesIntegrity(Buffer.from(id));
    const artifact = await store.add(async (place) => write(place, id), { what: id, source });
    const tarball = `https://registry.npmjs.org/${id}/-/${id}-1.0.0.tgz`;
    const origin = { from: 'npm', name: id, registry: 'https://registry.npmjs.org/', tarball } as const;
    const fetched = index.note(fetchedPlugin(artifact, origin, source), rules);
    fetched.recall!.remember(description(id));
    rows.set(id, { ...fetched.entry, use: `npm:${id}@^1.0.0`, capabilities: { digest: NO_CAPABILITIES } });
  }
  const locked = Object.fromEntries([...rows].map(([id, row]) => [id, { current: row.version, versions: [row] }]));
  await openLockFile(join(home, 'config', 'plugins.lock')).replace(0, { ...EMPTY_LOCK, serial: 1, plugins: locked });
}

/** Of an empty list. */
const NO_CAPABILITIES = 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';

const actionName = (id: string) => `tools.${id.replaceAll('-', '_')}.act`;

function write(place: string, id: string): void {
  const contributes = { actions: [actionName(id)] };
  const manifest = { id, version: '1.0.0', host: '^0.1.0', sdk: 1, entry: './index.js', tier: 'process', contributes };
  const pack = { name: id, version: '1.0.0', type: 'module', license: 'MIT', main: 'index.js', backplane: manifest };
  writeFileSync(join(place, 'package.json'), JSON.stringify(pack, null, 2));
  writeFileSync(join(place, 'README.md'), `# ${id}\n`);
  writeFileSync(join(place, 'index.js'), code(id));
}

function code(id: string): string {
  return `import { defineAction, definePlugin } from '@backplane/sdk';
import * as z from 'zod';

export default definePlugin({ id: '${id}', contributes: [defineAction({
  name: '${actionName(id)}', title: 'Act', summary: 'Acts.', effect: 'pure', idempotent: 'always',
  input: z.object({ name: z.string() }), run: ({ input }) => input.name,
})] });
`;
}

/** What that code says of itself over there. */
function description(id: string): object {
  const input = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: { name: { type: 'string' } },
    required: ['name'],
  };
  const action = {
    name: actionName(id),
    title: 'Act',
    summary: 'Acts.',
    uses: [],
    secrets: [],
    connections: {},
    deps: {},
    effect: 'pure',
    idempotent: 'always',
    aliases: [],
    argumentAliases: {},
    unevaluated: [],
    exactNumbers: false,
    input,
  };
  return { takesConfig: false, starts: false, actions: [action] };
}

function template(i: number, plugins: number): string {
  const action = plugins === 0 ? 'core.transform.reshape' : actionName(`vendor-${i % plugins}`);
  return `type: action
definition:
  name: template_${i}
  namespace: tools.bench
  title: Template ${i}
  description: Calls the action of a plugin.
  display_group: Bench
  expects:
    name: { type: str, description: Whom to greet. }
  steps:
    - ref: act
      action: ${action}
      args: { name: "\${{ inputs.name }}" }
  returns: \${{ steps.act.result }}
`;
}
