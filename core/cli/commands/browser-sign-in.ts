import { hostname, userInfo } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import type { ApiClient } from '../api-client.ts';

export interface SignedInByBrowser {
  readonly email: string;
  readonly token: string;
  readonly expiresAt: string;
}

/** What the host answers is printed at a terminal: only texts without control characters are. */
const plain = z.string().regex(/^[\x21-\x7e]{1,500}$/);
const asked = z.object({
  deviceCode: plain,
  userCode: plain,
  url: plain.refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)),
  expiresIn: z.number().positive().max(3_600),
  interval: z.number().min(0.1).max(60),
});
const answer = z.discriminatedUnion('status', [
  z.object({ status: z.literal('pending') }),
  z.object({ status: z.literal('done'), email: plain, token: plain, expiresAt: z.iso.datetime() }),
]);

/** Prints an address and a code, and waits until somebody has approved in a browser, on whatever machine. */
export async function signInByBrowser(client: ApiClient): Promise<SignedInByBrowser> {
  const { deviceCode, userCode, url, expiresIn, interval } = valid(
    asked,
    await client.send('POST', '/auth/device', { body: { name: nameOfThis() }, open: true }),
    client.url,
  );
  // On stderr, so that stdout stays what the command prints.
  process.stderr.write(
    `Open ${url}\nand type the code ${userCode} there. It holds for ${Math.round(expiresIn / 60)} minutes.\n`,
  );
  for (;;) {
    await pause(interval * 1000);
    const said = valid(
      answer,
      await client.send('POST', '/auth/device/token', { body: { deviceCode }, open: true }),
      client.url,
    );
    if (said.status === 'done') return said;
  }
}

function valid<T>(schema: z.ZodType<T>, given: unknown, url: string): T {
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw raise.API_ANSWER_INVALID({ url, problem: 'it does not sign in commands by a browser' });
  return parsed.data;
}

/** `ada@laptop`, in the letters that hosts take. */
function nameOfThis(): string {
  let user = 'somebody';
  try {
    user = userInfo().username;
  } catch {
    // An account that the machine does not know by name, as in containers.
  }
  return `${user}@${hostname()}`.replace(/[^\w.@-]/g, '-').slice(0, 64);
}
