import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Candidate } from '../sources/find-plugins.ts';
import { KIND_SHAPES } from '../tiers/crossing/kind-shapes.ts';
import { manifestSchema } from './manifest-schema.ts';
import { resolveManifest } from './resolve-manifest.ts';

const folder = realpathSync(dirname(fileURLToPath(import.meta.url)));
const config = { deny: [], trust: ['acme'] } as never;
const facts = { config, hostVersion: '0.1.0', available: new Set(['trusted', 'process', 'isolate'] as const) };

function resolve(tier: string | undefined, contributes: object) {
  const entry = './resolve-manifest.ts';
  const manifest = manifestSchema.parse({ id: 'acme', version: '1.0.0', host: '*', sdk: 1, entry, tier, contributes });
  const candidate = { id: 'acme', origin: { from: 'folder', path: folder }, manifest } as unknown as Candidate;
  return resolveManifest(candidate, manifest, facts).tier;
}

test.each([
  ['process', { expressionFunctions: ['acme_sum'] }],
  ['isolate', { gatewayPolicies: ['acme-limit'] }],
  [undefined, { gatewayPolicies: ['acme-limit'] }],
])('what cannot leave the host process is refused in the tier %s before any code runs: %j', (tier, contributes) => {
  expect(() => resolve(tier, contributes)).toThrow(
    expect.objectContaining({ code: 'PLUGIN_TIER_KIND', message: expect.stringContaining('`trusted`') }),
  );
  expect(resolve('trusted', contributes)).toBe('trusted');
});

test('all other kinds run wherever their plugin does', () => {
  const needy = Object.entries(KIND_SHAPES).filter(([, shape]) => shape.is === 'trusted');
  expect(needy.map(([kind]) => kind)).toEqual(['gateway-policy', 'expression-function']);
  expect(resolve('isolate', { notifiers: ['acme-chat'], secretStores: ['acme-vault'] })).toBe('isolate');
});
