import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OAuthProvider, Plugin } from '@backplane/sdk';
import { contractChecks } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { SHAPES } from '../core/plugins/contributions/shapes.ts';
import { providerAt } from '../core/secrets/oauth/provider-at.ts';
import { checkout } from './source-tree.fixture.ts';

const folder = join(checkout, 'plugins', 'oauth');
const plugins = await Promise.all(
  readdirSync(folder).map(async (name) => {
    const { default: plugin } = (await import(join(folder, name, 'index.ts'))) as { default: Plugin };
    const { backplane: manifest } = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8'));
    return { name, plugin, manifest };
  }),
);
const providers = plugins.flatMap(({ plugin }) => plugin.contributes as readonly OAuthProvider[]);

test.each(plugins)('$name: its plugin holds the contract of its kind, and its manifest names what it brings', async ({
  plugin,
  manifest,
}) => {
  const problems: string[] = [];
  for (const { name, run } of contractChecks({ plugin, manifest })) {
    try {
      await run();
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
    }
  }
  expect(problems).toEqual([]);
  expect(manifest.contributes.oauthProviders).toEqual(plugin.contributes!.map((one) => (one as OAuthProvider).name));
});

/** Something of the form that a setting asks for. */
const EXAMPLES: Readonly<Record<string, string>> = {
  domain: 'acme.okta.com',
  host: 'acme.example.com',
  instance: 'acme',
};

test.each(
  providers.map((spec) => [spec.name, spec] as const),
)('%s: the host takes it, and its addresses are whole', (_name, spec) => {
  expect(SHAPES['oauth-provider'].safeParse(spec).error?.issues).toBeUndefined();
  const needed = Object.entries(spec.settings ?? {}).filter(([, { default: fallback }]) => fallback === undefined);
  const at = providerAt(spec, Object.fromEntries(needed.map(([name]) => [name, EXAMPLES[name] ?? '?'])));
  const all = [...Object.values(at.endpoints), ...at.sendTokenTo, at.account?.url ?? ''];
  expect(all.filter((text) => /[{}]/.test(text))).toEqual([]);
  for (const address of Object.values(at.endpoints)) expect(new URL(address).protocol).toBe('https:');
});

test('no two providers have the same name', () => {
  const names = providers.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('what public templates ask for by OAuth has a provider', () => {
  const known = providers.map(({ name }) => name);
  for (const wanted of [
    'github',
    'google',
    'google_sheets',
    'microsoft_entra',
    'microsoft_teams',
    'slack',
    'jamf',
    'servicenow',
  ])
    expect(known).toContain(wanted);
});
