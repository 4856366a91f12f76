import type { Request } from 'express';
import { expect, test } from 'vitest';
import type { AuditEntry } from '../access/audit/audit-log.ts';
import { DEFAULT_PLACE } from '../access/place.ts';
import { apiKeyAuthenticator } from '../identity/keys/key-authenticators.ts';
import { identifyCaller } from './identify-caller.ts';

const ID = '0123456789abcdef';
const SECRET = 'S'.repeat(43);

/** What the log says of a request with these headers to a host that knows no key at all. */
async function recorded(headers: Record<string, string>): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = [];
  const identify = identifyCaller({
    authenticators: [apiKeyAuthenticator({ prove: () => undefined })],
    places: { find: async () => DEFAULT_PLACE },
    audit: { add: async (entry) => void entries.push(entry) },
    trustProxy: false,
  });
  const request = { method: 'PUT', headers, get: () => undefined, socket: { remoteAddress: '192.0.2.7' } };
  const passed = identify(request as unknown as Request, {} as never, () => {
    throw new Error('it was let pass');
  });
  await expect(passed).rejects.toMatchObject({ code: 'HTTP_UNAUTHENTICATED' });
  return entries;
}

test('a key that does not hold leaves a row that says which one, and nothing of its secret', async () => {
  const rows = await recorded({ authorization: `Bearer bpk_${ID}_${SECRET}` });
  expect(rows).toEqual([
    {
      actor: undefined,
      action: 'request.identify',
      outcome: 'denied',
      resource: { type: 'api-key' },
      details: { method: 'PUT', code: 'HTTP_UNAUTHENTICATED', key: { id: ID } },
      address: '192.0.2.7',
    },
  ]);
});

test('what only looks like a key leaves a row without it', async () => {
  expect(await recorded({ authorization: `Bearer bpk_${SECRET}` })).toMatchObject([{ resource: { type: 'api-key' } }]);
  expect(JSON.stringify(await recorded({ authorization: `Bearer bpk_${SECRET}` }))).not.toContain(SECRET);
});

test('who shows nothing leaves no row', async () => {
  expect(await recorded({})).toEqual([]);
});
