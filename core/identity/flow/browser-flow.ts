import type { KeyValue } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { Sealer } from './sealed-text.ts';

/** A sign-in at a provider that is under way in one browser. */
export interface Flow {
  /** `oidc:okta`: an answer of another provider does not end it. */
  readonly provider: string;
  /** A path of this host. */
  readonly returnTo: string;
  /** What the answer has to name: the state, or the id of the request. */
  readonly state: string;
  readonly nonce?: string;
  readonly verifier?: string;
}

/** Binds a sign-in at a provider to the browser in which it began, in a cookie that only we can read. */
export interface BrowserFlows {
  /** The value of the cookie. */
  begin(flow: Flow): Promise<string>;
  /**
   * The flow of a cookie that this answer ends, once.
   * @throws SIGN_IN_FLOW_INVALID
   */
  end(cookie: string | undefined, provider: string, state: string | undefined): Promise<Flow>;
}

export const FLOW_SECONDS = 600;
const PURPOSE = 'sign-in flow';

/** `used`: remembers the answers that have been taken, for all hosts. */
export function createBrowserFlows(sealer: Sealer, used: Pick<KeyValue, 'setIfAbsent'>): BrowserFlows {
  return {
    begin: (flow) => sealer.seal(PURPOSE, { ...flow }, FLOW_SECONDS),
    async end(cookie, provider, state) {
      const flow = cookie === undefined ? undefined : ((await sealer.open(PURPOSE, cookie)) as Flow | undefined);
      if (flow === undefined)
        throw raise.SIGN_IN_FLOW_INVALID({ cause: 'it did not begin in this browser, or too long ago' });
      if (flow.provider !== provider)
        throw raise.SIGN_IN_FLOW_INVALID({ cause: 'the answer comes from another provider than was asked' });
      if (flow.state !== state) throw raise.SIGN_IN_FLOW_INVALID({ cause: 'the answer is to another request' });
      if (!(await used.setIfAbsent(`flow:${state}`, null, { ttlMs: FLOW_SECONDS * 1000 })))
        throw raise.SIGN_IN_FLOW_INVALID({ cause: 'the answer was used already' });
      return flow;
    },
  };
}
