import { expect, test } from 'vitest';
import type { Grants } from '../plugins-config.ts';
import { capabilityLines, grantedCapabilities } from './asked-capabilities.ts';
import type { Capabilities } from './capabilities.ts';

const one: Capabilities = { network: [{ host: 'api.acme.test', why: 'calls' }], secrets: { why: 'keys' } };
const more: Capabilities = { ...one, network: [...one.network!, { host: 'b.acme.test', why: 'more' }] };

test('grants take single targets or whole capabilities away', () => {
  expect(grantedCapabilities('acme', more, { network: ['b.acme.test'], secrets: false })).toEqual({
    network: [{ host: 'b.acme.test', why: 'more' }],
  });
});

test.each<Grants>([
  { network: ['c.acme.test'] },
  { kv: false },
  { secrets: ['all'] },
])('a grant of what nobody asked for is refused: %j', (grants) => {
  expect(() => grantedCapabilities('acme', more, grants)).toThrow(
    expect.objectContaining({ code: 'PLUGIN_GRANT_UNKNOWN' }),
  );
});

test('what is asked for is told row by row with its reason', () => {
  expect(capabilityLines(more)).toEqual(['network api.acme.test: calls', 'network b.acme.test: more', 'secrets: keys']);
});
