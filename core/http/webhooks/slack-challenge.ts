import { isRecord } from '../../language/values/is-record.ts';
import type { WebhookTrigger } from '../../workflow/webhook-trigger.ts';
import type { Payloads } from './read-payloads.ts';

/** What Slack wants to hear when somebody enters the address of a webhook there; undefined for every other call. */
export function slackChallenge({ auth }: WebhookTrigger, { payloads }: Payloads): string | undefined {
  const data = payloads[0]?.data;
  if (auth?.type !== 'hmac' || auth.preset !== 'slack' || !isRecord(data)) return undefined;
  if (data['type'] !== 'url_verification' || typeof data['challenge'] !== 'string') return undefined;
  return data['challenge'];
}
