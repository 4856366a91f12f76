import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pluginFiles } from '@backplane/create-plugin';
import type { ActionFacts, PluginFacts } from '../bench/plugin-facts.ts';
import { type PluginProject, readPluginProject } from '../project/plugin-project.ts';

/** How a plugin differs from a new one. */
export interface Differences {
  readonly manifest?: object;
  readonly packageJson?: object;
  /** Files that are added or replaced; undefined takes one away. */
  readonly files?: Readonly<Record<string, string | undefined>>;
  /** Lines in front of the code of its action. */
  readonly code?: string;
  readonly action?: Partial<ActionFacts>;
  readonly facts?: Partial<PluginFacts>;
  readonly loadError?: PluginProject['loadError'];
}

const ACTION: ActionFacts = {
  name: 'tools.acme.greet',
  title: 'Greet',
  summary: 'Says hello.',
  effect: 'pure',
  idempotent: 'always',
  inputSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
  outputSchema: { type: 'object', properties: { greeting: { type: 'string' } } },
  uses: [],
  secrets: [],
  aliases: [],
  examples: [{ name: 'One', input: { name: 'Ada' }, inputProblems: [], outputProblems: [] }],
};

/** A new plugin, changed, as the rules see it; its code is not run. */
export function projectWith(differences: Differences = {}): PluginProject & Disposable {
  const { manifest = {}, packageJson = {}, files = {}, code = '', action = {}, facts = {}, loadError } = differences;
  const folder = mkdtempSync(join(tmpdir(), 'backplane-lint-'));
  const all = new Map<string, string | undefined>([
    ...pluginFiles({ id: 'acme', packageName: 'backplane-plugin-acme', extension: 'ts' }, 'action'),
    ...Object.entries(files),
  ]);
  const pack = JSON.parse(all.get('package.json')!);
  const changed = { ...pack, ...packageJson, backplane: { ...pack.backplane, ...manifest } };
  all.set('package.json', `${JSON.stringify(changed, null, 2)}\n`);
  all.set('src/greet.ts', `${code}${all.get('src/greet.ts')}`);
  for (const [name, text] of all) {
    if (text === undefined) continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const known: PluginFacts = {
    id: 'acme',
    version: changed.backplane.version,
    tier: 'process',
    granted: [],
    actions: [{ ...ACTION, ...action }],
    others: [],
    index: { actions: ['tools.acme.greet'] },
    errors: [],
    ...facts,
  };
  const project = readPluginProject(folder, { facts: known, ...(loadError === undefined ? {} : { loadError }) });
  return { ...project, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
