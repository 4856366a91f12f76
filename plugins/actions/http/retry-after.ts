import type { HttpReply } from '@backplane/sdk';

/** What `retry-after` asks for, in seconds or as a date; undefined when it is absent or unreadable. */
export function retryAfterMs(reply: HttpReply, now = Date.now()): number | undefined {
  const text = reply.headers['retry-after']?.trim();
  if (text === undefined) return undefined;
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
