import type { Access } from '../../access/access.ts';
import { accountRef } from '../../access/account-ref.ts';
import { type Actor, actorName } from '../../access/actor.ts';
import type { Place } from '../../access/place.ts';
import { raise } from '../../errors/catalogue.ts';
import type { LinkIssuer, LinkTicket } from '../../executor/answer-links.ts';
import type { Caller } from '../caller.ts';
import { permit } from '../permit.ts';

/** In whose name somebody says that they answer. */
export interface Stated {
  readonly approver?: string | undefined;
  readonly groups?: readonly string[] | undefined;
}

export interface Speaker {
  readonly approver: string;
  readonly groups: readonly string[];
}

/** The groups of an organisation that somebody belongs to, by name. */
export type GroupsOf = (actor: Actor, place: Place) => readonly string[] | Promise<readonly string[]>;

/**
 * Whoever has signed in answers in their own name, with the groups that they belong to. Only the holder of the admin key speaks for
 * whom they name. Throws HTTP_INVALID_REQUEST.
 */
export async function speakerOf({ actor, place }: Caller, stated: Stated, groupsOf: GroupsOf): Promise<Speaker> {
  const { approver, groups = [] } = stated;
  if (actor.kind === 'host') return { approver: approver ?? 'admin', groups };
  const own = { approver: actorName(actor), groups: await groupsOf(actor, place) };
  if (isWithin(stated, own)) return own;
  throw raise.HTTP_INVALID_REQUEST({
    problems: [
      `body: you answer as ${own.approver}, with the groups that you belong to; leave out approver and groups`,
    ],
  });
}

/**
 * For whom a link is made: oneself, or somebody else, who then needs no account. That lets a person in, and needs the scope for it.
 * Throws ACCESS_DENIED.
 */
export async function linkFor(
  caller: Caller,
  stated: Stated,
  groupsOf: GroupsOf,
  access: Access,
): Promise<Speaker & Pick<LinkTicket, 'issuer'>> {
  const own = await speakerOf(caller, {}, groupsOf);
  if (isWithin(stated, own)) return { ...own, ...issuerOf(caller, { own: true }) };
  await permit(access, caller, { scope: 'member:invite' }, { params: {}, query: {}, body: undefined });
  const { approver = own.approver, groups = [] } = stated;
  return { approver, groups, ...issuerOf(caller, { own: false }) };
}

function issuerOf({ actor, place }: Caller, { own }: Pick<LinkIssuer, 'own'>): Pick<LinkTicket, 'issuer'> {
  const account = accountRef(actor, place);
  return account === undefined ? {} : { issuer: { ...account, workspace: place.workspace, own } };
}

function isWithin({ approver, groups = [] }: Stated, own: Speaker): boolean {
  return (approver ?? own.approver) === own.approver && groups.every((group) => own.groups.includes(group));
}
