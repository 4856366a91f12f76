import type { IncomingHttpHeaders } from 'node:http';
import type { Actor } from '../access/actor.ts';

/** What a request shows of whoever sends it. */
export interface Presented {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** Of the client, after proxies that are trusted. */
  readonly address: string;
}

/** One way to prove who one is: a key, a session. */
export interface Authenticator {
  /**
   * Who it is; undefined when the request shows nothing of this kind. Throws HTTP_UNAUTHENTICATED (or a more exact coded error)
   * for what is shown and does not hold: no other way is tried then.
   */
  identify(presented: Presented): Actor | undefined | Promise<Actor | undefined>;
}
