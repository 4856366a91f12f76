import { defineAction, defineErrors } from '@backplane/sdk';
import * as z from 'zod';

export const errors = {
  ACME_LOGIN_BUSY: {
    status: 503,
    blame: 'upstream',
    retry: 'later',
    message: ({ status }: { status: number }) => `Acme answered ${status}.`,
    remedy: 'Wait; the step tries again by itself.',
  },
} as const;
const raise = defineErrors(errors);

const person = z.object({ login: z.string() });

export const whoami = defineAction({
  name: 'tools.acme_login.whoami',
  title: 'Who am I',
  summary: 'The account that is connected, as Acme knows it.',
  input: z.strictObject({}),
  output: person,
  connections: { acme: { kind: 'acme_login', scopes: ['tickets:read'] } },
  effect: 'read',
  idempotent: 'always',
  examples: [{ name: 'Always', input: {} }],
  async run({ connections }) {
    const { status, headers, body } = await connections.acme.send({ url: 'https://api.acme.example/me' });
    const seconds = Number(headers['retry-after']);
    if (status !== 200) throw raise.ACME_LOGIN_BUSY({ status }, seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {});
    return person.parse(JSON.parse(new TextDecoder().decode(body)));
  },
});
