import { randomBytes } from 'node:crypto';
import type { KeyValue } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { SamlPerson } from './saml-provider.ts';

/** Keeps who was accepted until the browser has come to the address at which its cookies are seen. */
export interface Tickets {
  keep(person: SamlPerson): Promise<string>;
  /** Once, and only for the provider that it came from. @throws SIGN_IN_FLOW_INVALID */
  take(provider: string, ticket: string): Promise<SamlPerson>;
}

const LIFE_MS = 120_000;

export function createTickets(store: KeyValue): Tickets {
  return {
    async keep(person) {
      const ticket = randomBytes(24).toString('base64url');
      await store.set(`ticket:${ticket}`, { ...person }, { ttlMs: LIFE_MS });
      return ticket;
    },
    async take(provider, ticket) {
      const key = `ticket:${ticket}`;
      const person = (await store.get(key)) as SamlPerson | undefined;
      const isFirst =
        person !== undefined && (await store.setIfAbsent(`taken:${ticket}`, null, { ttlMs: LIFE_MS * 2 }));
      if (!isFirst || person.provider !== provider)
        throw raise.SIGN_IN_FLOW_INVALID({ cause: 'the answer was used already, or came too long ago' });
      await store.delete(key);
      return person;
    },
  };
}
