import { createHmac, timingSafeEqual } from 'node:crypto';
import { raise } from '../../errors/catalogue.ts';
import type { AnswerLinks, LinkTicket } from '../../executor/answer-links.ts';

export interface AnswerLinksOptions {
  /** Known to the hosts of one database alone. */
  readonly key: string;
  /** Where people reach the host, without a slash at its end. */
  baseUrl(): string;
}

const MOST_CHARACTERS = 16_000;

/** Links whose token is `<approver, groups, expiry>.<HMAC-SHA256 of the interaction's id and these>`: nothing of it is stored. */
export function createAnswerLinks({ key, baseUrl }: AnswerLinksOptions): AnswerLinks {
  const sign = (id: string, claim: string) => createHmac('sha256', key).update(`${id}\n${claim}`).digest();
  return {
    issue({ id, type, approver, groups, expiresAt = 0 }) {
      const claim = Buffer.from(JSON.stringify([approver, groups, expiresAt])).toString('base64url');
      const token = `${claim}.${sign(id, claim).toString('base64url')}`;
      const url = `${baseUrl()}/api/interactions/${id}/answer/${token}`;
      const decisions = { approve_url: `${url}?decision=approve`, reject_url: `${url}?decision=reject` };
      return { token, respond_url: url, ...(type === 'approval' && decisions) };
    },
    read(id, token, now) {
      const [claim = '', proof = '', ...rest] = token.length > MOST_CHARACTERS ? [] : token.split('.');
      const given = Buffer.from(proof, 'base64url');
      const expected = sign(id, claim);
      // The text itself is compared as well: Base64 can be written in several ways.
      if (rest.length > 0 || given.length !== expected.length || given.toString('base64url') !== proof)
        throw raise.INTERACTION_LINK_INVALID(undefined);
      if (!timingSafeEqual(given, expected)) throw raise.INTERACTION_LINK_INVALID(undefined);
      const [approver, groups, expiresAt] = JSON.parse(Buffer.from(claim, 'base64url').toString()) as Claim;
      if (expiresAt > 0 && now >= expiresAt) throw raise.INTERACTION_LINK_EXPIRED(undefined);
      return { approver, groups };
    },
  };
}

type Claim = readonly [approver: string, groups: LinkTicket['groups'], expiresAt: number];
