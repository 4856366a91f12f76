import { hash, timingSafeEqual } from 'node:crypto';
import { raise } from '../../errors/catalogue.ts';
import type { ApiKeyAuth } from '../../workflow/webhook-trigger.ts';
import { headerOf, type WebhookCall } from './webhook-call.ts';

/** In `Authorization` the key may stand behind `Bearer`. Throws WEBHOOK_KEY_MISSING or WEBHOOK_KEY_INVALID. */
export function verifyApiKey({ header }: ApiKeyAuth, call: WebhookCall, secrets: readonly string[]): void {
  const sent = headerOf(call, header);
  if (sent === undefined || sent === '') throw raise.WEBHOOK_KEY_MISSING({ header });
  const key = header === 'authorization' ? sent.replace(/^bearer +/i, '') : sent;
  const given = digest(key);
  let fits = false;
  for (const expected of digestsOf(secrets)) if (timingSafeEqual(expected, given)) fits = true;
  if (!fits) throw raise.WEBHOOK_KEY_INVALID(undefined);
}

/** Digests have one length, so that the comparison tells nothing about the secret's. */
const digest = (text: string) => hash('sha256', text, 'buffer');

const digests = new WeakMap<readonly string[], readonly Buffer[]>();

function digestsOf(secrets: readonly string[]): readonly Buffer[] {
  const known = digests.get(secrets);
  if (known !== undefined) return known;
  const made = secrets.map(digest);
  digests.set(secrets, made);
  return made;
}
