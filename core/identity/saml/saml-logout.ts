import { createHash } from 'node:crypto';
import type { KeyValue } from '@backplane/sdk';
import type { SamlProviderConfig } from '../../config/auth-config.ts';
import { raise } from '../../errors/catalogue.ts';
import type { EndedSession } from '../sessions/sessions.ts';
import type { OwnAddresses } from './own-addresses.ts';
import { LOGOUT_LIFE_MS, type LogoutMessage } from './read-logout.ts';
import {
  type Outgoing,
  type OutgoingMessage,
  type Received,
  readPosted,
  readRedirect,
  redirectTo,
} from './saml-bindings.ts';
import { logoutRequest, logoutResponse, newMessageId, type SamlName } from './saml-messages.ts';
import { SamlProblem } from './saml-problem.ts';

/** What came from the provider: it has ended sessions and wants an answer, or it answers what we asked. */
export type LogoutNews =
  | { readonly kind: 'ended'; readonly sessions: readonly EndedSession[]; answer(): Promise<Outgoing> }
  | { readonly kind: 'answered'; readonly isComplete: boolean };

/** How a message of the provider came: the query as it was sent, or the fields of a form. */
export type LogoutCall =
  | { readonly by: 'redirect'; readonly query: string }
  | {
      readonly by: 'post';
      readonly fields: Readonly<Partial<Record<'SAMLRequest' | 'SAMLResponse' | 'RelayState', string>>>;
    };

/** Single logout with one identity provider, begun here or there. */
export interface SamlLogout {
  /** Asks the provider to end its session, for all who share it. */
  begin(name: SamlName, session: string | undefined): Promise<Outgoing>;
  /** @throws SAML_LOGOUT_REFUSED */
  receive(call: LogoutCall): Promise<LogoutNews>;
}

export interface SamlLogoutOptions {
  readonly config: SamlProviderConfig & { readonly signOutUrl: string };
  /** Remembers what was sent and what was taken, for all hosts. */
  readonly store: KeyValue;
  readonly addresses: OwnAddresses;
  now(): number;
}

const ANSWER_MS = 600_000;
const MOST_RELAY_STATE = 1_000;

export function createSamlLogout({ config, store, addresses, now }: SamlLogoutOptions): SamlLogout {
  const { entityId, certificates, signOutUrl, signOutBinding } = config;
  const [pair] = config.keys;
  const head = (id: string) => ({ id, issuer: addresses.entityId(), destination: signOutUrl, now: now() });

  async function send(message: OutgoingMessage): Promise<Outgoing> {
    if (signOutBinding === 'redirect')
      return { by: 'redirect', url: redirectTo(signOutUrl, message, pair!.privateKey) };
    const { field, xml, relayState } = message;
    const { signMessage } = await import('./sign-message.ts');
    const signed = Buffer.from(signMessage(xml, pair!)).toString('base64');
    return {
      by: 'post',
      url: signOutUrl,
      fields: { [field]: signed, ...(relayState !== undefined && { RelayState: relayState }) },
    };
  }

  async function read(call: LogoutCall): Promise<{ readonly message: LogoutMessage; readonly relayState?: string }> {
    try {
      const received = call.by === 'redirect' ? readRedirect(call.query, certificates) : posted(call.fields);
      const { openPostedLogout, openRedirectedLogout, readLogout } = await import('./read-logout.ts');
      const expected = { issuer: entityId, certificates, signOutUrl: addresses.signOutUrl(), now: now() };
      const root = call.by === 'redirect' ? openRedirectedLogout(received) : openPostedLogout(received, expected);
      const { relayState } = received;
      if ((relayState?.length ?? 0) > MOST_RELAY_STATE) throw new SamlProblem('its RelayState is too long');
      return { message: readLogout(root, received, expected), ...(relayState !== undefined && { relayState }) };
    } catch (error) {
      if (error instanceof SamlProblem) return refuse(error.message, error);
      throw error;
    }
  }

  return {
    async begin(name, session) {
      const id = newMessageId();
      await store.set(`logout-sent:${id}`, true, { ttlMs: ANSWER_MS });
      return send({ field: 'SAMLRequest', xml: logoutRequest(head(id), name, session) });
    },
    async receive(call) {
      const { message, relayState } = await read(call);
      if (message.kind === 'response') {
        const key = `logout-sent:${message.inResponseTo.slice(0, 100)}`;
        if ((await store.get(key)) === undefined) refuse('it answers nothing that was asked');
        await store.delete(key);
        return { kind: 'answered', isComplete: message.isComplete };
      }
      const { id, nameId: subject, sessions } = message;
      const key = createHash('sha256').update(`${entityId}\n${id}`).digest('base64url');
      if (!(await store.setIfAbsent(`logout-taken:${key}`, null, { ttlMs: LOGOUT_LIFE_MS * 2 })))
        refuse('it was used already');
      const of = { issuer: entityId, subject };
      return {
        kind: 'ended',
        sessions: sessions.length === 0 ? [of] : sessions.map((session) => ({ ...of, session })),
        answer: () => send({ field: 'SAMLResponse', xml: logoutResponse(head(newMessageId()), id), relayState }),
      };
    },
  };
}

function posted({ SAMLRequest, SAMLResponse, RelayState }: (LogoutCall & { by: 'post' })['fields']): Received {
  const more = RelayState === undefined ? {} : { relayState: RelayState };
  if (SAMLRequest !== undefined && SAMLResponse === undefined)
    return { field: 'SAMLRequest', xml: readPosted(SAMLRequest), ...more };
  if (SAMLResponse !== undefined && SAMLRequest === undefined)
    return { field: 'SAMLResponse', xml: readPosted(SAMLResponse), ...more };
  throw new SamlProblem('it has not exactly one message');
}

function refuse(cause: string, error?: Error): never {
  throw raise.SAML_LOGOUT_REFUSED({ cause }, error === undefined ? {} : { cause: error });
}
