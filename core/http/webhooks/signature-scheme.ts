import type { HmacAuth } from '../../workflow/webhook-trigger.ts';
import { headerOf, type WebhookCall } from './webhook-call.ts';

/** What a signed call claims, not yet believed. */
export interface Claim {
  /** Decoded; those that cannot be decoded are left out. Undefined: the call is not signed at all. */
  readonly signatures: readonly Buffer[] | undefined;
  /** What stands before the signed content: the time as sent, in the vendor's words. */
  readonly lead: string;
  readonly content: Buffer;
  /** As sent; null when the call should tell its time and does not. Absent: this scheme has no time. */
  readonly timestamp?: string | null;
}

/** Where senders put `sha256=<hex>`: ours, the seed's, and GitHub's, which has the same form. */
const GENERIC_HEADERS = ['x-backplane-signature', 'x-tracecat-signature', 'x-hub-signature-256'];
const MOST_SIGNATURES = 16;

/** Every header that can prove a call; none of them is shown to a workflow. */
export const SIGNATURE_HEADERS = [...GENERIC_HEADERS, 'x-hub-signature', 'x-slack-signature', 'stripe-signature'];

/** How each preset writes its signature, as the vendors document it. */
export const SIGNATURE_SCHEMES: Readonly<Record<HmacAuth['preset'], (auth: HmacAuth, call: WebhookCall) => Claim>> = {
  generic(auth, call) {
    const { algorithm = 'sha256', encoding = 'hex', prefix = `${algorithm}=`, timestampHeader, header } = auth;
    const names = header === undefined ? GENERIC_HEADERS : [header];
    const given = names.map((name) => headerOf(call, name)).find((value) => value !== undefined);
    const timestamp = timestampHeader === undefined ? undefined : (headerOf(call, timestampHeader) ?? null);
    return {
      signatures: given === undefined ? undefined : decode(given, prefix, encoding),
      lead: timestamp === undefined ? '' : `${timestamp}.`,
      content: isWithoutBody(call) ? Buffer.from(call.query) : call.body,
      ...(timestamp !== undefined && { timestamp }),
    };
  },
  github(_auth, call) {
    const given = headerOf(call, 'x-hub-signature-256');
    return { signatures: given === undefined ? undefined : decode(given, 'sha256='), lead: '', content: call.body };
  },
  slack(_auth, call) {
    const given = headerOf(call, 'x-slack-signature');
    const timestamp = headerOf(call, 'x-slack-request-timestamp') ?? null;
    return {
      signatures: given === undefined ? undefined : decode(given, 'v0='),
      lead: `v0:${timestamp}:`,
      content: call.body,
      timestamp,
    };
  },
  stripe(_auth, call) {
    const given = headerOf(call, 'stripe-signature');
    const parts = (given ?? '').split(',').map((part) => part.trim());
    const timestamp = parts.find((part) => part.startsWith('t='))?.slice(2) ?? null;
    const signatures = parts.filter((part) => part.startsWith('v1=')).slice(0, MOST_SIGNATURES);
    return {
      signatures: given === undefined ? undefined : signatures.flatMap((part) => decode(part, 'v1=')),
      lead: `${timestamp}.`,
      content: call.body,
      timestamp,
    };
  },
};

/** What such a call says stands in its query. */
export function isWithoutBody({ method }: Pick<WebhookCall, 'method'>): boolean {
  return method === 'GET' || method === 'HEAD';
}

function decode(text: string, prefix: string, encoding: 'hex' | 'base64' = 'hex'): Buffer[] {
  if (!text.startsWith(prefix)) return [];
  const encoded = text.slice(prefix.length);
  const form = encoding === 'hex' ? /^(?:[0-9a-f]{2})+$/i : /^[A-Za-z0-9+/]+={0,2}$/;
  return form.test(encoded) ? [Buffer.from(encoded, encoding)] : [];
}
