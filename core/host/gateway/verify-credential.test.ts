import { expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { scopeSet } from '../../access/roles/scope-set.ts';
import type { Standing } from '../../access/standing.ts';
import { raise } from '../../errors/catalogue.ts';
import { credentialVerifier } from './verify-credential.ts';

const USER = { kind: 'user', id: 'u', email: 'ada@example.com', platformRole: 'basic' } as const;
const PLACE = { organization: 'o', workspace: 'w' };
const grant = (role: string, scopes: readonly string[], place: object = PLACE) =>
  ({ role, scopes: scopeSet(scopes), organization: 'o', ...place }) as Standing['grants'][number];

function verifier(actor: Actor | undefined, standing: Partial<Standing> = {}) {
  const base: Standing = {
    ...{ id: 'u', kind: 'user', name: 'ada@example.com', active: true, platformRole: 'basic' },
    grants: [grant('viewer', ['run:read'])],
  };
  return credentialVerifier({
    identity: { keys: { prove: () => actor }, sessions: { prove: () => actor } } as never,
    decisions: { standingOf: async () => ({ ...base, ...standing }) },
    places: {
      find(_, asked) {
        if (asked === 'gone') throw raise.WORKSPACE_NOT_FOUND({ asked });
        return PLACE;
      },
    },
  })('bpk_x');
}

test('a session is its person, with the roles of their workspace and of the organisation', async () => {
  const grants = [
    grant('viewer', ['run:read']),
    grant('organization-member', ['organization:read'], { organization: 'o', workspace: undefined }),
    grant('owner', ['secret:read'], { organization: 'o', workspace: 'elsewhere' }),
    grant('organization-admin', ['audit:read'], { organization: 'other', workspace: undefined }),
  ];
  expect(await verifier(USER, { grants })).toEqual({
    subject: 'u',
    scopes: ['run:read', 'organization:read'],
    claims: {
      sub: 'u',
      email: 'ada@example.com',
      roles: ['organization-member', 'viewer'],
      organization: 'o',
      workspace: 'w',
    },
  });
});

test('a key has of its scopes those that its owner still has', async () => {
  const key = { id: 'k', name: 'k', scopes: ['run:read', 'secret:read'] };
  expect(await verifier({ ...USER, key })).toMatchObject({ scopes: ['run:read'], consumer: 'k' });
});

test('whoever belongs nowhere, or whose workspace is gone, has no place and no scopes', async () => {
  expect(await verifier(USER, { grants: [] })).toMatchObject({ scopes: [], claims: { sub: 'u', roles: [] } });
  expect((await verifier(USER, { grants: [] }))!.claims).not.toHaveProperty('workspace');
  const key = { id: 'k', name: 'k', workspace: 'gone' };
  expect((await verifier({ ...USER, key }))!.scopes).toEqual([]);
});

test('nobody is known by what proves nothing, as the host itself, or with an account that is disabled', async () => {
  expect(await verifier(undefined)).toBeUndefined();
  expect(await verifier({ kind: 'host', name: 'admin key' })).toBeUndefined();
  expect(await verifier(USER, { active: false })).toBeUndefined();
});
