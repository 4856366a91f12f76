import type { ErrorRecord } from '@backplane/sdk';
import { escapeHtml } from '../escape-html.ts';
import { field, hidden, layout, link, type Note } from './page-layout.ts';
import type { WaysToSignIn } from './ways-to-sign-in.ts';

export interface SignInPage {
  readonly ways: WaysToSignIn;
  /** A path of this host. */
  readonly returnTo: string;
  readonly email?: string | undefined;
  readonly note?: Note | undefined;
}

const BASE = '/console/sign-in';

/** Every way that is open: providers first, then the form for passwords. */
export function signInPage({ ways, returnTo, email, note }: SignInPage): string {
  const kept = returnTo === '/' ? '' : `?returnTo=${encodeURIComponent(returnTo)}`;
  const providers = [...ways.oidc, ...ways.saml]
    .map(({ name, url }) => `<a class="way" href="${escapeHtml(url + kept)}">Continue with ${escapeHtml(name)}</a>`)
    .join('');
  const hasProviders = providers !== '';
  const form = `<form method="post" action="${BASE}">${hidden('returnTo', returnTo)}${field({ name: 'email', label: 'E-mail', type: 'email', autocomplete: 'username', value: email, focus: email === undefined && !hasProviders })}${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', focus: email !== undefined })}<button>Sign in</button></form>`;
  const links = [
    ways.basic ? link(`${BASE}/forgot`, 'Forgot your password?') : '',
    ways.basic && (ways.registration === 'open' || ways.needsFirstAdmin)
      ? link(`${BASE}/register`, 'Create an account')
      : '',
  ].join('');
  return layout({
    title: 'Sign in',
    lead:
      ways.basic && ways.needsFirstAdmin
        ? 'Nobody manages this host yet: create the first account.'
        : 'Welcome back. Choose how to continue.',
    note,
    body: `${providers}${hasProviders && ways.basic ? '<div class="or">or with a password</div>' : ''}${ways.basic ? form : ''}${links === '' ? '' : `<p class="links">${links}</p>`}`,
  });
}

export function signedInPage(email: string, note?: Note): string {
  return layout({
    title: 'You are signed in',
    lead: `as ${email}`,
    note,
    body: `<a class="way main" href="/">Go on</a><form method="post" action="${BASE}/sign-out"><button class="other">Sign out</button></form>`,
  });
}

export function signedOutPage(endSessionUrl: string): string {
  return layout({
    title: 'You are signed out here',
    lead: 'You may still be signed in at the provider.',
    body: `<a class="way main" href="${escapeHtml(endSessionUrl)}">Sign out there too</a><p class="links">${link(BASE, 'Sign in again')}</p>`,
  });
}

/** After the provider has answered. */
export function signedOutEverywherePage(isComplete: boolean): string {
  return layout({
    title: 'You are signed out',
    lead: isComplete ? 'Here and at the provider.' : 'Here; the provider could not reach everybody else.',
    body: `<a class="way main" href="${BASE}">Sign in again</a>`,
  });
}

export function problemPage({ message, remedy }: ErrorRecord): string {
  return layout({
    title: 'That did not work',
    note: { kind: 'bad', text: message, more: remedy },
    body: `<a class="way main" href="${BASE}">Back to sign-in</a>`,
  });
}

export interface RegisterPage {
  readonly isFirst: boolean;
  readonly minimumLength: number;
  readonly email?: string | undefined;
  readonly name?: string | undefined;
  readonly note?: Note | undefined;
}

export function registerPage({ isFirst, minimumLength, email, name, note }: RegisterPage): string {
  const setup = isFirst
    ? field({
        name: 'setupKey',
        label: 'Admin key',
        type: 'password',
        autocomplete: 'off',
        hint: 'Printed at the first start; it stands in admin.key in the data folder.',
      })
    : '';
  return layout({
    title: isFirst ? 'Create the first account' : 'Create an account',
    lead: isFirst ? 'It manages this host.' : 'We send a link to your address, to see that it is yours.',
    note,
    body: `<form method="post" action="${BASE}/register">${field({ name: 'email', label: 'E-mail', type: 'email', autocomplete: 'username', value: email, focus: true })}${field({ name: 'name', label: 'Name', autocomplete: 'name', value: name })}${newPassword(minimumLength)}${setup}<button>Create account</button></form><p class="links">${link(BASE, 'Sign in instead')}</p>`,
  });
}

export function forgotPage(sendsMail: boolean, note?: Note): string {
  return layout({
    title: 'Set a new password',
    lead: sendsMail
      ? 'We send a link to your address.'
      : 'This host sends no mail: ask an administrator for a link (`backplane user reset-link`).',
    note,
    body: `${sendsMail ? `<form method="post" action="${BASE}/forgot">${field({ name: 'email', label: 'E-mail', type: 'email', autocomplete: 'username', focus: true })}<button>Send the link</button></form>` : ''}<p class="links">${link(BASE, 'Back to sign-in')}</p>`,
  });
}

export function newPasswordPage(token: string, minimumLength: number, note?: Note): string {
  return layout({
    title: 'Choose a new password',
    lead: 'You will be signed out everywhere.',
    note,
    body: `<form method="post" action="${BASE}/new-password">${hidden('token', token)}${newPassword(minimumLength)}<button>Set password</button></form>`,
  });
}

/** Opening the link confirms nothing: mail scanners open links too. */
export function verifyPage(token: string, note?: Note): string {
  return layout({
    title: 'Confirm your e-mail address',
    note,
    body: `<form method="post" action="${BASE}/verify">${hidden('token', token)}<button>Confirm</button></form>`,
  });
}

const newPassword = (minimumLength: number) =>
  field({
    name: 'password',
    label: 'Password',
    type: 'password',
    autocomplete: 'new-password',
    minLength: minimumLength,
    hint: `At least ${minimumLength} characters. Several words in a row are fine.`,
  });
