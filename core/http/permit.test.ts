import { expect, test } from 'vitest';
import type { Access } from '../access/access.ts';
import { hostOnlyAccess } from '../access/access.ts';
import { DEFAULT_PLACE } from '../access/place.ts';
import type { Caller } from './caller.ts';
import { permit } from './permit.ts';

const caller: Caller = {
  actor: { kind: 'user', id: 'u1', email: 'ada@example.com', platformRole: 'basic' },
  place: DEFAULT_PLACE,
};
const asked = { params: { name: 'core.http_request' }, query: {}, body: undefined };

/** Allows everything and keeps what it was asked. */
function listening() {
  const questions: unknown[] = [];
  const access: Access = {
    can(_actor, scope, place) {
      questions.push([scope, place]);
      return { allowed: true, reason: 'role', why: 'for the test' };
    },
  };
  return { access, questions };
}

test('whoever has no scope is refused with the reason', async () => {
  await expect(permit(hostOnlyAccess, caller, { scope: 'run:read' }, asked)).rejects.toMatchObject({
    code: 'ACCESS_DENIED',
    message: expect.stringContaining('run:read'),
  });
});

test('a scope is asked for where the route says: in the workspace, the organisation or the host', async () => {
  const { access, questions } = listening();
  await permit(access, caller, { scope: 'run:read' }, asked);
  await permit(access, caller, { scope: 'workspace:create', in: 'organization' }, asked);
  await permit(access, caller, { scope: 'host:read', in: 'host' }, asked);
  expect(questions).toEqual([
    ['run:read', DEFAULT_PLACE],
    ['workspace:create', { organization: DEFAULT_PLACE.organization }],
    ['host:read', {}],
  ]);
});

test('a scope may depend on what is asked for', async () => {
  const { access, questions } = listening();
  await permit(access, caller, { scope: ({ params }) => `action:${params.name}:execute` }, asked);
  expect(questions).toEqual([['action:core.http_request:execute', DEFAULT_PLACE]]);
});
