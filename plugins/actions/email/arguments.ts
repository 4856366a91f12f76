import { z } from 'zod';

const addresses = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

const attachment = z.strictObject({
  filename: z.string().min(1),
  content_base64: z.string(),
  content_type: z.string().nullish(),
});

export const sendArguments = z.strictObject({
  sender: z
    .string()
    .nullish()
    .describe('Address of the sender. Default: SMTP_FROM of the secret smtp, else its SMTP_USER.'),
  recipients: addresses.pipe(z.array(z.string()).min(1)).describe('Addresses the message goes to.'),
  subject: z.string().describe('Subject.'),
  body: z
    .string()
    .describe('Text or HTML, as content_type says. HTML is sent as given: escape what comes from outside.'),
  content_type: z.enum(['text/plain', 'text/html']).default('text/plain').describe('Kind of the body.'),
  cc: addresses.nullish().describe('Addresses that get a copy.'),
  bcc: addresses.nullish().describe('Addresses that get a copy unseen by the others.'),
  reply_to: addresses.nullish().describe('Addresses that answers go to.'),
  headers: z.record(z.string(), z.string().nullable()).nullish().describe('More headers.'),
  sender_prefix: z.string().nullish().describe('Name shown for the sender.'),
  attachments: z.array(attachment).nullish().describe('Files, in Base64.'),
  timeout: z.number().positive().nullish().describe('Seconds that the server may be silent. Default: 10.'),
  enable_starttls: z
    .boolean()
    .nullish()
    .describe('true: only with STARTTLS; false: never; left out: where the server offers it.'),
  enable_ssl: z.boolean().nullish().describe('TLS from the first byte, usually on port 465. Default: false.'),
  enable_auth: z
    .boolean()
    .nullish()
    .describe('Log in. Left out: yes where the secret has a login and enable_ssl or enable_starttls protects it.'),
  ignore_cert_errors: z.boolean().nullish().describe('Accept any certificate. Default: false.'),
  allowed_attributes: z
    .record(z.string(), z.array(z.string()))
    .nullish()
    .describe('Accepted for workflows that have it; without effect, since HTML is sent as given.'),
});

export type SendArguments = z.output<typeof sendArguments>;

const mailbox = z.object({ name: z.string(), address: z.string() });

export const parsedMessage = z.object({
  subject: z.string().nullable(),
  from: mailbox.nullable(),
  sender: mailbox.nullable(),
  to: z.array(mailbox),
  cc: z.array(mailbox),
  bcc: z.array(mailbox),
  reply_to: z.array(mailbox),
  return_path: z.string().nullable(),
  message_id: z.string().nullable(),
  in_reply_to: z.string().nullable(),
  references: z.string().nullable(),
  date: z.string().nullable(),
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  authentication_results: z.string().nullable(),
  received: z.array(z.string()),
  text: z.string().nullable(),
  html: z.string().nullable(),
  attachments: z.array(
    z.object({
      filename: z.string().nullable(),
      content_type: z.string(),
      disposition: z.string().nullable(),
      content_id: z.string().nullable(),
      size: z.number(),
      sha256: z.string(),
      content_base64: z.string().optional(),
    }),
  ),
});
