import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { raise } from '../../errors/catalogue.ts';

/** Where senders put `sha256=<hex>`: ours, the seed's, and GitHub's, which has the same form. */
const SIGNATURE_HEADERS = ['x-backplane-signature', 'x-tracecat-signature', 'x-hub-signature-256'];

/** Throws unless one header carries the HMAC-SHA256 of exactly these bytes. */
export function verifySignature(headers: IncomingHttpHeaders, body: Buffer, secret: string): void {
  const given = SIGNATURE_HEADERS.map((name) => headers[name]).find((value) => typeof value === 'string');
  if (given === undefined) throw raise.WEBHOOK_SIGNATURE_MISSING(undefined);
  const expected = createHmac('sha256', secret).update(body).digest();
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(given as string)?.[1];
  if (hex === undefined || !timingSafeEqual(Buffer.from(hex, 'hex'), expected))
    throw raise.WEBHOOK_SIGNATURE_INVALID(undefined);
}
