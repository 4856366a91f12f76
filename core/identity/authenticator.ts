import type { IncomingHttpHeaders } from 'node:http';
import type { Actor } from '../access/actor.ts';

/** What a request shows of whoever sends it. */
export interface Presented {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** Of the client, after proxies that are trusted. */
  readonly address: string;
}

/** What somebody proves who they are with. */
export type Proof = 'admin-key' | 'service-key' | 'api-key' | 'session';

/** One way to prove who one is: a key, a session. */
export interface Authenticator {
  readonly proof: Proof;
  /**
   * Who it is; undefined when the request shows nothing of this kind. Throws HTTP_UNAUTHENTICATED (or a more exact coded error)
   * for what is shown and does not hold: no other way is tried then.
   */
  identify(presented: Presented): Actor | undefined | Promise<Actor | undefined>;
  /** The part of what is shown that may stand in a record: which key it says it is. */
  nameOf?(presented: Presented): string | undefined;
}
