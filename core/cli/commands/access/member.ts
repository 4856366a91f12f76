import type { Member } from '../../../access/members/members.ts';
import { raise } from '../../../errors/catalogue.ts';
import { createApiClient } from '../../api-client.ts';
import { type OnHost, path, print, table } from './on-host.ts';

interface MemberOptions extends OnHost {
  /** In the organisation of the workspace instead. */
  readonly organization?: boolean;
}

/** `backplane member list`: who has a role in the workspace. */
export async function listMembers(options: MemberOptions): Promise<void> {
  const answer = await createApiClient(options).send('GET', await placeOf(options));
  print(options, answer, () =>
    table(
      (answer.items as Member[]).map(({ name, kind, role, inherited }) => [
        kind === 'user' ? name : `${kind}:${name}`,
        role,
        inherited ? 'by way of the organisation' : '',
      ]),
    ),
  );
}

/** `backplane member add WHO ROLE`, and `member role WHO ROLE`, which is the same. */
export async function setMember(who: string, role: string, options: MemberOptions): Promise<void> {
  const [, kind = 'user', name = who] = /^(user|group|service):(.+)$/.exec(who) ?? [];
  if (name === '') throw raise.USAGE({ message: 'Name an e-mail address, `group:NAME` or `service:NAME`.' });
  const member: Member = await createApiClient(options).send('PUT', await placeOf(options), {
    body: { [kind]: name, role },
  });
  print(options, member, () => [`${member.name} is ${member.role} now.`]);
}

/** `backplane member remove WHO`. */
export async function removeMember(who: string, options: MemberOptions): Promise<void> {
  const name = who.replace(/^(user|group|service):/, '');
  await createApiClient(options).send('DELETE', `${await placeOf(options)}${path(name)}`);
  print(options, undefined, () => [`${name} has no role there any more.`]);
}

async function placeOf(options: MemberOptions): Promise<string> {
  if (!options.organization) return '/members';
  return `${path('organizations', await organizationOf(options))}/members`;
}

/** The one of the workspace that the options name, or of the first. */
async function organizationOf(options: OnHost): Promise<string> {
  return (await createApiClient(options).send('GET', '/me')).organization;
}
