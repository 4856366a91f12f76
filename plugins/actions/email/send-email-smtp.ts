import { defineAction } from '@backplane/sdk';
import { z } from 'zod';
import { sendArguments } from './arguments.ts';
import { composeMessage } from './compose-message.ts';
import { deliveryError } from './delivery-error.ts';
import { type MailServer, mailServer, smtpSecret } from './mail-server.ts';

export const sendEmailSmtp = defineAction({
  name: 'core.send_email_smtp',
  title: 'Send e-mail (SMTP)',
  summary: 'Hands a message to the mail server of the secret smtp.',
  group: 'E-mail',
  input: sendArguments,
  output: z.object({
    message_id: z.string(),
    accepted: z.array(z.string()),
    rejected: z.array(z.string()).describe('Recipients that the server refused while it took others.'),
    response: z.string(),
  }),
  uses: ['secrets'],
  secrets: [smtpSecret],
  effect: 'write',
  idempotent: 'never',
  aliases: ['core.send_email'],
  argumentAliases: { to: 'recipients', from: 'sender' },
  examples: [
    {
      name: 'an alert',
      input: { recipients: ['soc@example.com'], subject: 'Alert', body: 'Host web-1 is down.', enable_starttls: true },
    },
  ],
  async run({ input, secrets, signal }) {
    const server = mailServer(input, secrets);
    const message = composeMessage(input, server.from);
    // Loaded when something is sent: the host gets ready, and reads messages, without it.
    const { createTransport } = await import('nodemailer');
    const transport = createTransport(transportOptions(server));
    try {
      const sent = await transport.sendMail({ ...message, signal });
      return { message_id: sent.messageId, accepted: sent.accepted, rejected: sent.rejected, response: sent.response };
    } catch (error) {
      signal.throwIfAborted();
      throw deliveryError(error, server);
    } finally {
      transport.close();
    }
  },
});

function transportOptions({ host, port, login, tls, verifyCertificate, timeoutMs }: MailServer) {
  return {
    host,
    port,
    secure: tls === 'always',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'never',
    opportunisticTLS: tls === 'when-offered',
    // TLS that nobody demanded is better than none, whoever signed the certificate; what was demanded is checked.
    tls: { rejectUnauthorized: verifyCertificate && tls !== 'when-offered' },
    ...(login !== undefined && { auth: login, forceAuth: true }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    // What a message says must never make the host read a file or fetch an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
