import { raise } from '../../errors/catalogue.ts';
import type { AnswerLinks, LinkIssuer, LinkTicket } from '../../executor/answer-links.ts';
import type { SignedClaims } from '../signed-claims.ts';

export interface AnswerLinksOptions {
  readonly claims: SignedClaims;
  /** Where people reach the host, without a slash at its end. */
  baseUrl(): string;
}

/** Links that carry the approver, the groups and the expiry, signed for one interaction. */
export function createAnswerLinks({ claims, baseUrl }: AnswerLinksOptions): AnswerLinks {
  return {
    issue({ id, type, approver, groups, expiresAt = 0, issuer }) {
      const token = claims.issue(id, [approver, groups, expiresAt, ...(issuer === undefined ? [] : [issuer])]);
      const url = `${baseUrl()}/api/interactions/${id}/answer/${token}`;
      const decisions = { approve_url: `${url}?decision=approve`, reject_url: `${url}?decision=reject` };
      return { token, respond_url: url, ...(type === 'approval' && decisions) };
    },
    read(id, token, now) {
      const claim = claims.read(id, token) as Claim | undefined;
      if (claim === undefined) throw raise.INTERACTION_LINK_INVALID(undefined);
      const [approver, groups, expiresAt, issuer] = claim;
      if (expiresAt > 0 && now >= expiresAt) throw raise.INTERACTION_LINK_EXPIRED(undefined);
      return { approver, groups, ...(issuer !== undefined && { issuer }) };
    },
  };
}

type Claim = readonly [approver: string, groups: LinkTicket['groups'], expiresAt: number, issuer?: LinkIssuer];
