import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GatewayPolicy, Plugin } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { checkout } from './source-tree.fixture.ts';

const FOLDER = join(checkout, 'plugins/policies');
const names = readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, 'index.ts')));
const policies = new Map<string, GatewayPolicy>();
for (const name of names) {
  const { default: plugin } = (await import(join(FOLDER, name, 'index.ts'))) as { default: Plugin };
  for (const policy of plugin.contributes as readonly GatewayPolicy[]) policies.set(policy.name, policy);
}
const page = (name: string) => readFileSync(join(checkout, `docs/reference/gateway/policies/${name}.md`), 'utf8');
const sources = (name: string) =>
  readdirSync(join(FOLDER, name))
    .filter((file) => file.endsWith('.ts') && !file.includes('.test.'))
    .map((file) => readFileSync(join(FOLDER, name, file), 'utf8'))
    .join('\n');

test.each(names)('the page of %s has a row for each setting', (name) => {
  const { properties = {} } = z.toJSONSchema(policies.get(name)!.config, { io: 'input', unrepresentable: 'any' });
  const cells = [...page(name).matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm)].map((row) => row[1]!);
  const rows = cells.flatMap((cell) => cell.replaceAll('`', '').split(', '));
  expect(Object.keys(properties).filter((setting) => !rows.includes(setting))).toEqual([]);
});

test.each(names)('the page of %s tells with which codes it refuses', (name) => {
  const codes = new Set(sources(name).match(/\bGATEWAY_[A-Z_]+\b/g));
  expect([...codes].filter((code) => !page(name).includes(`\`${code}\``))).toEqual([]);
});

interface GatewayFile {
  readonly authentication?: Readonly<Record<string, { readonly type: string }>>;
  readonly policies?: readonly unknown[];
  readonly routes?: readonly { readonly policies?: readonly unknown[] }[];
}

/** Every use of a policy in a file, with its settings. */
function usesIn({ authentication = {}, policies = [], routes = [] }: GatewayFile): (readonly [string, unknown])[] {
  const schemes = Object.values(authentication).map(({ type, ...settings }) => [type, settings] as const);
  const listed = [policies, ...routes.map((route) => route.policies ?? [])].flat();
  const used = listed.flatMap((use): [string, unknown][] =>
    typeof use === 'string' ? [[use, {}]] : Object.entries(use as object),
  );
  return [...schemes, ...used];
}

test.each(names)('the examples on the page of %s fit', async (name) => {
  const blocks = [...page(name).matchAll(/^```yaml\n(.*?)^```/gms)].map((block) => parse(block[1]!) as GatewayFile);
  expect(blocks.flatMap(usesIn).map(([used]) => used)).toContain(name);
  for (const [used, settings] of blocks.flatMap(usesIn)) {
    const checked = await policies.get(used)?.config['~standard'].validate(withSecrets(settings));
    expect(checked?.issues ?? [], `${used} ${JSON.stringify(settings)}`).toEqual([]);
  }
});

/** As the host gives them: a value in place of `secret:NAME`. */
function withSecrets(settings: unknown): unknown {
  return JSON.parse(JSON.stringify(settings ?? {}).replaceAll(/"secret:\w+"/g, JSON.stringify('c2VjcmV0'.repeat(8))));
}
