import { raise } from './errors.ts';

/** Headers that other arguments set, or that would change how the message is read. `bcc` would show what is to stay unseen. */
const RESERVED = new Set([
  'from',
  'to',
  'cc',
  'bcc',
  'sender',
  'subject',
  'reply-to',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
]);

/** Throws EMAIL_HEADER_INVALID: a line break in a value would start a header, or the body, that nobody asked for. */
export function mailHeaders(given: Readonly<Record<string, string | null>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === null) continue;
    if (!/^[!-9;-~]+$/.test(name))
      throw raise.EMAIL_HEADER_INVALID({ name, reason: 'the name has characters that no header may have' });
    if (RESERVED.has(name.toLowerCase())) throw raise.EMAIL_HEADER_INVALID({ name, reason: 'it is set otherwise' });
    headers[name] = oneLine(name, value);
  }
  return headers;
}

export function oneLine(name: string, value: string): string {
  if (/[\r\n\0]/.test(value)) throw raise.EMAIL_HEADER_INVALID({ name, reason: 'the value has more than one line' });
  return value;
}
