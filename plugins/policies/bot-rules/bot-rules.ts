import { defineGatewayPolicy, problemReply } from '@backplane/sdk';
import { z } from 'zod';
import { KNOWN_BOTS } from './known-bots.ts';
import { userAgentTest } from './user-agent-test.ts';

const pattern = z.string().refine((text) => {
  try {
    userAgentTest([text]);
    return true;
  } catch {
    return false;
  }
}, 'neither a text, nor a regular expression like /^curl\\//');

const config = z
  .strictObject({
    allow: z.array(pattern).default([]).describe('These come in, whatever else is said.'),
    deny: z.array(pattern).default([]).describe('These do not.'),
    known: z
      .array(z.enum(Object.keys(KNOWN_BOTS) as [keyof typeof KNOWN_BOTS]))
      .default([])
      .describe('Lists of well-known programs that do not come in.'),
    empty: z.enum(['allow', 'deny']).default('allow').describe('What is done with who does not say what it is.'),
    others: z.enum(['allow', 'deny']).default('allow').describe('What is done with all that no rule names.'),
    maxLength: z.int().positive().default(1024).describe('Longer names are refused unseen.'),
    status: z.int().min(400).max(499).default(403),
  })
  .refine(
    ({ deny, known, empty, others }) => deny.length + known.length > 0 || empty === 'deny' || others === 'deny',
    'it would do nothing',
  );

/** Callers send a few different names; whoever sends others does not fill the memory. */
const MAX_REMEMBERED = 1000;

export const botRules = defineGatewayPolicy({
  name: 'bot-rules',
  title: 'Bot rules',
  summary: 'Lets programs in or keeps them out by what they call themselves.',
  config,
  phases: ['route'],
  onFailure: 'closed',
  create({ config: { allow, deny, known, empty, others, maxLength, status } }) {
    const isAllowed = userAgentTest(allow);
    const isDenied = userAgentTest([...deny, ...known.flatMap((list) => KNOWN_BOTS[list])]);
    const verdicts = new Map<string, string | undefined>();
    /** Why it does not come in. */
    const verdict = (userAgent: string): string | undefined => {
      if (isAllowed(userAgent)) return undefined;
      if (isDenied(userAgent)) return 'the program is one that is denied';
      return others === 'deny' ? 'no rule allows the program' : undefined;
    };
    return {
      route(exchange) {
        const userAgent = exchange.request.headers.get('user-agent') ?? '';
        let reason: string | undefined;
        if (userAgent.trim() === '') reason = empty === 'deny' ? 'it does not say what it is' : undefined;
        else if (userAgent.length > maxLength) reason = 'what it calls itself is too long';
        else if (verdicts.has(userAgent)) reason = verdicts.get(userAgent);
        else {
          reason = verdict(userAgent);
          if (verdicts.size >= MAX_REMEMBERED) verdicts.clear();
          verdicts.set(userAgent, reason);
        }
        if (reason === undefined) return undefined;
        return problemReply({
          status,
          code: 'GATEWAY_BOT_REFUSED',
          title: 'Not for this program',
          detail: 'Programs like this one do not come in here.',
          exchange,
          because: reason,
        });
      },
    };
  },
});
