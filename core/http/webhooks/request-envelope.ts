import { isUtf8 } from 'node:buffer';
import type { WebhookTrigger } from '../../workflow/webhook-trigger.ts';
import { type Payload, queryOf } from './read-payloads.ts';
import { SIGNATURE_HEADERS } from './signature-scheme.ts';
import type { WebhookCall } from './webhook-call.ts';

const CREDENTIALS = ['authorization', 'proxy-authorization', 'cookie', ...SIGNATURE_HEADERS];

/** `TRIGGER` of a webhook with `include_request`. What proves the sender is left out: a run is kept and read by others. */
export function requestEnvelope({ auth }: WebhookTrigger, call: WebhookCall, { data, raw }: Payload): object {
  const secret = new Set([...CREDENTIALS, ...(auth?.header === undefined ? [] : [auth.header])]);
  const shown = Object.entries(call.headers).filter(([name, value]) => !secret.has(name) && value !== undefined);
  const headers = shown.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value] as const);
  return {
    method: call.method,
    headers: Object.assign(Object.create(null), Object.fromEntries(headers)),
    query: queryOf(call),
    data,
    raw_body: isUtf8(raw) ? raw.toString('utf8') : { base64: raw.toString('base64') },
  };
}
