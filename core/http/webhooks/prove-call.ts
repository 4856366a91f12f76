import type { WebhookTarget } from '../../workflow/workflow-catalogue.ts';
import { verifyApiKey } from './verify-api-key.ts';
import { verifyHmac } from './verify-hmac.ts';
import type { Proof, WebhookCall } from './webhook-call.ts';

/** Throws unless the call proves itself as its webhook asks; a webhook that says nothing asks for a signature. */
export function proveCall({ trigger, secrets }: WebhookTarget, call: WebhookCall, now: number): Proof {
  const { auth = { type: 'hmac', preset: 'generic', secrets: [] } } = trigger;
  if (auth.type === 'hmac') return verifyHmac(auth, call, { secrets, now });
  verifyApiKey(auth, call, secrets);
  return {};
}
