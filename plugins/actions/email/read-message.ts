import { createHash } from 'node:crypto';
import PostalMime, { type Address, type Attachment, decodeWords, type Email } from 'postal-mime';
import type { z } from 'zod';
import type { parsedMessage } from './arguments.ts';
import { raise } from './errors.ts';

export type ParsedMessage = z.output<typeof parsedMessage>;

/** Attached messages stay attachments: their text is not the text of this one. Throws EMAIL_NOT_A_MESSAGE. */
export async function readMessage(
  raw: string | Uint8Array,
  { includeContent }: { readonly includeContent: boolean },
): Promise<ParsedMessage> {
  const email = await parse(raw);
  if (email.headers.length === 0) throw raise.EMAIL_NOT_A_MESSAGE({ problem: 'it has no headers' });
  const values = (name: string) =>
    email.headers.filter(({ key }) => key === name).map(({ value }) => value.replaceAll(/\s+/g, ' '));
  return {
    subject: email.subject ?? null,
    from: mailboxes(email.from)[0] ?? null,
    sender: mailboxes(email.sender)[0] ?? null,
    to: mailboxes(email.to),
    cc: mailboxes(email.cc),
    bcc: mailboxes(email.bcc),
    reply_to: mailboxes(email.replyTo),
    return_path: email.returnPath ?? null,
    message_id: email.messageId ?? null,
    in_reply_to: email.inReplyTo ?? null,
    references: email.references ?? null,
    date: email.date ?? null,
    headers: email.headers.map(({ originalKey, value }) => ({ name: originalKey, value: decodeWords(value) })),
    // Only the topmost one comes from our own mail server; what stands below may be forged.
    authentication_results: values('authentication-results')[0] ?? null,
    received: values('received'),
    text: email.text ?? null,
    html: email.html ?? null,
    attachments: email.attachments.map((attachment) => attachmentFacts(attachment, includeContent)),
  };
}

async function parse(raw: string | Uint8Array): Promise<Email> {
  try {
    return await PostalMime.parse(raw, { forceRfc822Attachments: true });
  } catch (error) {
    throw raise.EMAIL_NOT_A_MESSAGE({ problem: (error as Error).message }, { cause: error });
  }
}

/** Groups are opened up: their members are the addressees. */
function mailboxes(given: Address | readonly Address[] | undefined): { name: string; address: string }[] {
  const list = given === undefined ? [] : Array.isArray(given) ? (given as readonly Address[]) : [given as Address];
  return list.flatMap((one) => (one.group ?? [one]).map(({ name, address }) => ({ name, address: address ?? '' })));
}

function attachmentFacts(attachment: Attachment, includeContent: boolean): ParsedMessage['attachments'][number] {
  const { content } = attachment;
  const bytes = typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content);
  return {
    filename: attachment.filename,
    content_type: attachment.mimeType,
    disposition: attachment.disposition,
    content_id: attachment.contentId ?? null,
    size: bytes.byteLength,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    ...(includeContent && { content_base64: Buffer.from(bytes).toString('base64') }),
  };
}
