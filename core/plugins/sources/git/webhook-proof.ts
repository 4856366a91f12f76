import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { raise } from '../../../errors/catalogue.ts';
import type { SourceCall } from './git-sources.ts';

/** Headers with the HMAC-SHA256 of the body, in hex: GitHub and what speaks like it, Gitea, and ours. */
const SIGNED = ['x-hub-signature-256', 'x-gitea-signature', 'x-backplane-signature'];

/** Throws GIT_WEBHOOK_REFUSED unless the call was made by somebody who knows the secret. */
export function proveCall(source: string, { headers, body }: SourceCall, secret: string): void {
  const name = SIGNED.find((header) => headers[header] !== undefined);
  const token = headers['x-gitlab-token'];
  if (name === undefined && token === undefined)
    throw raise.GIT_WEBHOOK_REFUSED({ source, problem: 'it is not signed' });
  const held =
    name === undefined
      ? same(token!, secret)
      : same(headers[name]!.replace(/^sha256=/, ''), createHmac('sha256', secret).update(body).digest('hex'));
  if (!held) throw raise.GIT_WEBHOOK_REFUSED({ source, problem: 'its signature does not fit the secret' });
}

/** In constant time, whatever the lengths. */
function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
