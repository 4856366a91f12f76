import { expect, test } from 'vitest';
import type { Verdict } from '../../access/access.ts';
import { createSignedClaims } from '../signed-claims.ts';
import { createAnswerLinks } from './create-answer-links.ts';
import { readLink } from './read-link.ts';

const links = createAnswerLinks({ claims: createSignedClaims('k'.repeat(43)), baseUrl: () => 'https://flows.example' });
const place = { organization: 'o1', workspace: 'w1' };
const issuer = { kind: 'user', id: 'u1', name: 'eve@example.com', ...place } as const;
const yes: Verdict = { allowed: true, reason: 'role', why: '' };
const no: Verdict = { allowed: false, reason: 'disabled', why: '' };

/** Reads a link that somebody asked for, by what they may now. */
async function read(own: boolean, verdict: Verdict, groupsNow: readonly string[] = ['soc', 'night']) {
  const { token } = links.issue({
    id: 'i1',
    type: 'approval',
    approver: 'eve@example.com',
    groups: ['soc', 'lead'],
    issuer: { ...issuer, own },
  });
  const asked: unknown[] = [];
  const access = {
    can(...question: unknown[]) {
      asked.push(question.slice(1));
      return verdict;
    },
  };
  const speaker = readLink({ links, access, groupsOf: () => groupsNow }, { id: 'i1', token });
  return { asked, speaker };
}

test('a link that somebody made for themselves holds while they may answer, with the groups that they still belong to', async () => {
  const { asked, speaker } = await read(true, yes);
  expect(await speaker).toEqual({ approver: 'eve@example.com', groups: ['soc'] });
  expect(asked).toEqual([['interaction:respond', place]]);
});

test('it is worth nothing once they may not', async () => {
  await expect((await read(true, no)).speaker).rejects.toMatchObject({ code: 'INTERACTION_LINK_INVALID' });
});

test('a link for somebody without an account holds while whoever made it may invite', async () => {
  const { asked, speaker } = await read(false, yes);
  expect((await speaker).groups).toEqual(['soc', 'lead']);
  expect(asked).toEqual([['member:invite', place]]);
  await expect((await read(false, no)).speaker).rejects.toMatchObject({ code: 'INTERACTION_LINK_INVALID' });
});

test('a link of the host needs nobody', async () => {
  const { token } = links.issue({ id: 'i1', type: 'approval', approver: 'ops', groups: [] });
  const services = { links, access: { can: () => no }, groupsOf: () => [] };
  expect(await readLink(services, { id: 'i1', token })).toEqual({ approver: 'ops', groups: [] });
});
