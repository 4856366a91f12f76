import type { SendMailOptions } from 'nodemailer';
import type { SendArguments } from './arguments.ts';
import { raise } from './errors.ts';
import { mailAddress, mailAddresses } from './mail-address.ts';
import { mailHeaders, oneLine } from './mail-headers.ts';

const FOR_TEXT_READERS = 'This message is in HTML. Please read it with a mail program that shows HTML.';

/** Throws EMAIL_ADDRESS_INVALID, EMAIL_SENDER_MISSING, EMAIL_HEADER_INVALID, EMAIL_ATTACHMENT_INVALID. */
export function composeMessage(input: SendArguments, defaultSender: string | undefined): SendMailOptions {
  const sender = input.sender ?? defaultSender;
  if (sender === undefined) throw raise.EMAIL_SENDER_MISSING({});
  const from = mailAddress('sender', sender);
  const name = input.sender_prefix ?? from.name;
  return {
    from: { name: oneLine('From', name), address: from.address },
    to: mailAddresses('recipients', input.recipients),
    cc: mailAddresses('cc', input.cc),
    bcc: mailAddresses('bcc', input.bcc),
    replyTo: mailAddresses('reply_to', input.reply_to),
    subject: oneLine('Subject', input.subject),
    headers: mailHeaders(input.headers ?? {}),
    attachments: (input.attachments ?? []).map(({ filename, content_base64, content_type }) => ({
      filename,
      content: decoded(filename, content_base64),
      ...(typeof content_type === 'string' && { contentType: oneLine('Content-Type', content_type) }),
    })),
    ...(input.content_type === 'text/html' ? { html: input.body, text: FOR_TEXT_READERS } : { text: input.body }),
  };
}

function decoded(filename: string, text: string): Buffer {
  try {
    return Buffer.from(Uint8Array.fromBase64(text));
  } catch (error) {
    throw raise.EMAIL_ATTACHMENT_INVALID({ filename }, { cause: error });
  }
}
