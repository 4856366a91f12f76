import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { raise } from '../../errors/catalogue.ts';
import type { HmacAuth } from '../../workflow/webhook-trigger.ts';
import { type Claim, SIGNATURE_SCHEMES } from './signature-scheme.ts';
import type { Proof, WebhookCall } from './webhook-call.ts';

/** What Slack and Stripe ask for. */
const TOLERANCE_SECONDS = 300;
/** Times after it are milliseconds: in seconds it is the year 5138. */
const LAST_SECOND = 1e11;

export interface VerifyOptions {
  /** Any of them may have signed. */
  readonly secrets: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Throws WEBHOOK_SIGNATURE_MISSING, WEBHOOK_SIGNATURE_INVALID or WEBHOOK_TIMESTAMP_INVALID. */
export function verifyHmac(auth: HmacAuth, call: WebhookCall, { secrets, now }: VerifyOptions): Proof {
  const claim = SIGNATURE_SCHEMES[auth.preset](auth, call);
  if (claim.signatures === undefined) throw raise.WEBHOOK_SIGNATURE_MISSING(undefined);
  if (claim.timestamp === null) throw raise.WEBHOOK_TIMESTAMP_INVALID({ problem: 'is missing' });
  if (!isSigned(claim, secrets, auth.algorithm ?? 'sha256')) throw raise.WEBHOOK_SIGNATURE_INVALID(undefined);
  if (claim.timestamp === undefined) return {};
  const toleranceMs = (auth.toleranceSeconds ?? TOLERANCE_SECONDS) * 1000;
  checkTime(claim.timestamp, now, toleranceMs);
  // Of the content, not of the signature: with two secrets or two forms of writing one call has several signatures.
  const digest = createHash('sha256').update(claim.lead).update(claim.content).digest('hex');
  return { once: { digest, ttlMs: 2 * toleranceMs } };
}

/** Goes through all secrets and signatures whatever fits, and compares in constant time. */
function isSigned({ signatures = [], lead, content }: Claim, secrets: readonly string[], algorithm: string): boolean {
  let found = false;
  for (const secret of secrets) {
    const expected = createHmac(algorithm, secret).update(lead).update(content).digest();
    for (const given of signatures) {
      if (given.length === expected.length && timingSafeEqual(given, expected)) found = true;
    }
  }
  return found;
}

function checkTime(timestamp: string, now: number, toleranceMs: number): void {
  if (!/^\d{1,15}$/.test(timestamp))
    throw raise.WEBHOOK_TIMESTAMP_INVALID({ problem: 'is not a number of seconds since 1970' });
  const written = Number(timestamp);
  const at = written > LAST_SECOND ? written : written * 1000;
  if (Math.abs(now - at) <= toleranceMs) return;
  const side = at < now ? 'ago' : 'ahead';
  throw raise.WEBHOOK_TIMESTAMP_INVALID({ problem: `lies more than ${toleranceMs / 1000} seconds ${side}` });
}
