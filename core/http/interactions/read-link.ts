import type { Access } from '../../access/access.ts';
import { actorOfAccount } from '../../access/account-ref.ts';
import { raise } from '../../errors/catalogue.ts';
import type { AnswerLinks } from '../../executor/answer-links.ts';
import type { GroupsOf, Speaker } from './speaker.ts';

export interface LinkServices {
  readonly links: AnswerLinks;
  readonly access: Access;
  readonly groupsOf: GroupsOf;
}

/**
 * Who speaks by a link. One that somebody asked for is worth what they may do now: whoever is switched off, or has lost the role or the
 * group, does not go on answering by links that they made before. Throws INTERACTION_LINK_INVALID or INTERACTION_LINK_EXPIRED.
 */
export async function readLink(
  { links, access, groupsOf }: LinkServices,
  { id, token }: { readonly id: string; readonly token: string },
): Promise<Speaker> {
  const { approver, groups, issuer } = links.read(id, token, Date.now());
  if (issuer === undefined) return { approver, groups };
  const { organization, workspace, own } = issuer;
  const actor = actorOfAccount(issuer);
  const scope = own ? 'interaction:respond' : 'member:invite';
  const { allowed } = await access.can(actor, scope, { organization, workspace });
  if (!allowed) throw raise.INTERACTION_LINK_INVALID(undefined);
  if (!own || groups.length === 0) return { approver, groups };
  const now = await groupsOf(actor, { organization, workspace });
  return { approver, groups: groups.filter((group) => now.includes(group)) };
}
