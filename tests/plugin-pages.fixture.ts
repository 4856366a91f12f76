import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type HostFiles, startTestHost, type TestHost } from './host.fixture.ts';
import { checkout } from './source-tree.fixture.ts';

export type Files = Readonly<Record<string, string>>;

/** The plugin that a page of docs/reference/plugins shows: its first JSON block is the manifest, its first TypeScript block the entry. */
export function pluginOfPage(kind: string): Files {
  const page = readFileSync(join(checkout, 'docs', 'reference', 'plugins', `${kind}.md`), 'utf8');
  const block = (language: string) => new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(page)?.[1];
  const html = block('html');
  return {
    'plugin.json': block('json')!,
    'index.ts': block('ts')!,
    ...(html === undefined ? {} : { 'pages/index.html': html }),
  };
}

/** A host with these plugins (id → files) in its plugin folder, all of them named and trusted. */
export async function hostWith(
  plugins: Readonly<Record<string, Files>>,
  files: HostFiles = {},
): Promise<TestHost & { readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'bp-plugins-'));
  for (const [id, parts] of Object.entries(plugins)) {
    for (const [name, text] of Object.entries(parts)) {
      const file = join(folder, id, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
  const named = Object.keys(plugins).map((id) => `  ${id}: { required: true }\n`);
  const trust = `trust: [${Object.keys(plugins).join(', ')}]\n`;
  const host = await startTestHost({ ...files, plugins: `folder: ${folder}\nplugins:\n${named.join('')}${trust}` });
  return {
    ...host,
    folder,
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
