import { defineErrors, type ErrorCatalogue } from '@backplane/sdk';

export const emailErrors = {
  EMAIL_ADDRESS_INVALID: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { argument: string; address: string }) =>
      `${JSON.stringify(d.address)} in ${d.argument} is not an e-mail address.`,
    remedy: 'Write `name@example.com` or `Name <name@example.com>`, one address an item.',
  },
  EMAIL_SENDER_MISSING: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: () => 'Nobody is named as the sender of the message.',
    remedy: 'Give `sender`, or store SMTP_FROM in the secret `smtp`.',
  },
  EMAIL_HEADER_INVALID: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { name: string; reason: string }) =>
      `The header ${JSON.stringify(d.name)} cannot be sent: ${d.reason}.`,
    remedy: 'Use headers of one line; sender, recipients, subject and body have arguments of their own.',
  },
  EMAIL_ATTACHMENT_INVALID: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { filename: string }) => `The content of the attachment ${JSON.stringify(d.filename)} is not Base64.`,
    remedy: 'Give the content of the file in Base64, for instance with FN.to_base64.',
  },
  EMAIL_SERVER_SETTINGS_INVALID: {
    status: 400,
    blame: 'credential',
    retry: 'after-fix',
    message: (d: { problem: string }) => `The secret smtp cannot be used: ${d.problem}.`,
    remedy: 'SMTP_HOST is a host name, SMTP_PORT a number such as 587, SMTP_USER and SMTP_PASS the login.',
  },
  EMAIL_SERVER_UNREACHABLE: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: (d: { server: string; cause: string }) => `No connection to the mail server ${d.server}: ${d.cause}.`,
    remedy: 'Check SMTP_HOST and SMTP_PORT, and that this machine may reach the server.',
  },
  EMAIL_TIMEOUT: {
    status: 504,
    blame: 'upstream',
    retry: 'later',
    message: (d: { server: string; limitMs: number }) =>
      `The mail server ${d.server} did not react within ${d.limitMs} ms.`,
    remedy: 'Raise `timeout`; a port that needs enable_ssl stays silent without it.',
  },
  EMAIL_TLS_FAILED: {
    status: 502,
    blame: 'upstream',
    retry: 'after-fix',
    message: (d: { server: string; cause: string }) =>
      `No secure connection to the mail server ${d.server}: ${d.cause}.`,
    remedy:
      'Check the certificate of the server, and whether it wants enable_ssl (port 465) or enable_starttls (port 587).',
  },
  EMAIL_LOGIN_REFUSED: {
    status: 502,
    blame: 'credential',
    retry: 'after-fix',
    message: (d: { server: string; cause: string }) => `The mail server ${d.server} refuses the login: ${d.cause}.`,
    remedy: 'Check SMTP_USER and SMTP_PASS in the secret `smtp`; many providers want a password made for applications.',
  },
  EMAIL_REFUSED: {
    status: 502,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { server: string; cause: string }) => `The mail server ${d.server} refuses the message: ${d.cause}.`,
    remedy: 'Check that this sender may send through this server, and the addresses of the recipients.',
  },
  EMAIL_REFUSED_FOR_NOW: {
    status: 503,
    blame: 'upstream',
    retry: 'later',
    message: (d: { server: string; cause: string }) =>
      `The mail server ${d.server} does not take the message now: ${d.cause}.`,
    remedy: 'Try again later: a `retry_policy` on the step does so.',
  },
  EMAIL_NOT_A_MESSAGE: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { problem: string }) => `This is not an e-mail message: ${d.problem}.`,
    remedy: 'Give the raw message with its headers, as a mail program saves it in an .eml file.',
  },
} as const satisfies ErrorCatalogue;

export const raise = defineErrors(emailErrors);
