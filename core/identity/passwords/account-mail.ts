import type { Logger } from '../../telemetry/logger.ts';
import type { Mailer } from '../mailer.ts';
import type { User } from '../users/user.ts';
import type { LinkPurpose } from './one-time-links.ts';

/** The messages about accounts. They are sent in the background: how long it takes tells nobody whether there is an account. */
export interface AccountMail {
  verify(user: User, token: string): void;
  reset(user: User, token: string): void;
  registeredAlready(user: User): void;
  passwordChanged(user: User): void;
  /** The address that a link leads to, for an administrator who hands it out. */
  link(purpose: LinkPurpose, token: string): string;
}

export interface AccountMailOptions {
  readonly mailer: Mailer | undefined;
  /** Never taken from a request: whoever asks for a link must not choose where it leads. */
  baseUrl(): string;
  readonly log: Logger;
}

export function createAccountMail({ mailer, baseUrl, log }: AccountMailOptions): AccountMail {
  const page = { verify: 'verify', reset: 'new-password' } as const;
  const link = (purpose: LinkPurpose, token: string) => `${baseUrl()}/console/sign-in/${page[purpose]}?token=${token}`;
  const send = ({ id, email }: User, subject: string, ...lines: readonly string[]) => {
    if (mailer === undefined) {
      log.info('a message about an account was not sent: no mail is set up', { user: id, subject });
      return;
    }
    mailer.send({ to: email, subject, text: `${lines.join('\n\n')}\n` }).catch((error: unknown) => {
      const { code, message } = error as { readonly code?: string; readonly message?: string };
      log.error('a message about an account could not be sent', { user: id, subject, code, problem: message });
    });
  };
  return {
    link,
    verify: (user, token) =>
      send(
        user,
        'Confirm your e-mail address',
        `Somebody, hopefully you, has registered ${user.email} at ${baseUrl()}.`,
        `Confirm it within three days: ${link('verify', token)}`,
        'If it was not you, do nothing.',
      ),
    reset: (user, token) =>
      send(
        user,
        'Set a new password',
        `Somebody, hopefully you, wants a new password for ${user.email} at ${baseUrl()}.`,
        `Set one within an hour: ${link('reset', token)}`,
        'If it was not you, do nothing: the password stays as it is.',
      ),
    registeredAlready: (user) =>
      send(
        user,
        'You have an account already',
        `Somebody, hopefully you, has tried to register ${user.email} at ${baseUrl()}, where it has an account.`,
        `Sign in: ${baseUrl()}/console/sign-in. There you can also ask for a new password.`,
      ),
    passwordChanged: (user) =>
      send(
        user,
        'Your password was changed',
        `The password of ${user.email} at ${baseUrl()} was changed, and everybody who was signed in with it was signed out.`,
        'If it was not you, ask for a new one at once and tell your administrator.',
      ),
  };
}
