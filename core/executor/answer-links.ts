/** Whoever asked for a link: it holds as long as they may give it. */
export interface LinkIssuer {
  readonly kind: 'user' | 'service';
  readonly id: string;
  readonly name: string;
  readonly organization: string;
  readonly workspace: string;
  /** For themselves: then they answer with it as if they had signed in. */
  readonly own: boolean;
}

/** Whom a link is for. */
export interface LinkTicket {
  /** Of the interaction. */
  readonly id: string;
  readonly type: 'response' | 'approval';
  readonly approver: string;
  readonly groups: readonly string[];
  /** Epoch milliseconds; absent: as long as the interaction is open. */
  readonly expiresAt?: number;
  /** Absent: the host, for a step or an administrator. */
  readonly issuer?: LinkIssuer;
}

/** Addresses at which one person can answer without an account; opening one decides nothing. */
export interface AnswerUrls {
  readonly respond_url: string;
  /** Of approvals. */
  readonly approve_url?: string;
  readonly reject_url?: string;
}

/** Makes links by which people answer who have neither account nor key. */
export interface AnswerLinks {
  /** `token` is what proves the links, to be kept out of logs and records. */
  issue(ticket: LinkTicket): AnswerUrls & { readonly token: string };
  /** Whom the link is for. Throws INTERACTION_LINK_INVALID or INTERACTION_LINK_EXPIRED. */
  read(id: string, token: string, now: number): Pick<LinkTicket, 'approver' | 'groups' | 'issuer'>;
}
