import { defineGatewayPolicy, expiringCache, problemReply } from '@backplane/sdk';
import { z } from 'zod';
import { parseAddress } from './address.ts';
import { type AddressRange, parseRange } from './address-range.ts';
import { addressTable } from './address-table.ts';

const range = z.string().transform((entry, context): AddressRange => {
  try {
    return parseRange(entry);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

export const settings = z
  .strictObject({
    allow: z.array(range).default([]).describe('Who may come in; empty: all that are not denied'),
    deny: z.array(range).default([]).describe('Who may not'),
    precedence: z.enum(['deny', 'allow']).default('deny').describe('Which list counts for addresses on both'),
  })
  .refine(({ allow, deny }) => allow.length + deny.length > 0, 'name addresses to allow or to deny');

export const ipAccess = defineGatewayPolicy({
  name: 'ip-access',
  title: 'Addresses',
  summary: 'Lets requests in, or keeps them out, by the address they come from.',
  config: settings,
  phases: ['route'],
  onFailure: 'closed',
  create({ config }) {
    const [allow, deny] = [addressTable(config.allow), addressTable(config.deny)];
    const allowFirst = config.precedence === 'allow';
    const known = expiringCache<boolean>({ maxEntries: 10_000 });

    function isAdmitted(text: string): boolean {
      const address = parseAddress(text);
      if (address === undefined) return false;
      const isAllowed = allow.has(address);
      if (isAllowed && allowFirst) return true;
      return !deny.has(address) && (isAllowed || allow.isEmpty);
    }

    return {
      route(exchange) {
        const { clientAddress } = exchange.request;
        let verdict = known.get(clientAddress, 0);
        if (verdict === undefined) {
          verdict = isAdmitted(clientAddress);
          known.set(clientAddress, verdict, 1);
        }
        if (verdict) return undefined;
        return problemReply({
          status: 403,
          code: 'GATEWAY_ADDRESS_REFUSED',
          title: 'Address not allowed',
          detail: 'Requests from your address are not allowed here.',
          exchange,
          because: `the address ${clientAddress} is denied, or not among those allowed`,
        });
      },
    };
  },
});
