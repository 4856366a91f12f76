import type { ErrorCatalogue } from '@backplane/sdk';

/** How people and machines prove who they are. */
export const signInErrors = {
  SIGN_IN_REFUSED: {
    status: 401,
    blame: 'credential',
    retry: 'after-fix',
    message: () => 'The e-mail address or the password is wrong.',
    remedy: 'Try again, or ask for a new password on the sign-in page.',
  },
  SIGN_IN_LOCKED: {
    status: 429,
    blame: 'credential',
    retry: 'later',
    message: (d: { seconds: number }) => `There were too many attempts; the next one is taken in ${d.seconds} seconds.`,
    remedy: 'Wait as long as `Retry-After` says. A forgotten password can be set anew on the sign-in page.',
  },
  SIGN_IN_UNVERIFIED: {
    status: 403,
    blame: 'credential',
    retry: 'after-fix',
    message: () => 'This e-mail address has not been confirmed yet.',
    remedy: 'Follow the link that was sent there; resetting the password sends a new one and confirms the address too.',
  },
  SIGN_IN_DISABLED: {
    status: 403,
    blame: 'policy',
    retry: 'after-fix',
    message: () => 'This account is switched off.',
    remedy: 'Ask an administrator: `backplane user enable EMAIL`.',
  },
  SIGN_IN_WAY_CLOSED: {
    status: 404,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { way: string }) => `This host has no such way to sign in: ${d.way}.`,
    remedy: '`GET /api/auth/providers` lists those it has; they come from `auth` in config/backplane.yaml.',
  },
  SIGN_IN_LINK_INVALID: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: () => 'This link is not valid: it was used already, is too old, or is not complete.',
    remedy: 'Ask for a new one on the sign-in page.',
  },
  SIGN_IN_NEEDS_HTTPS: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: () =>
      'Sign-in from other machines needs https: a password or session would cross the network in the clear.',
    remedy: 'Put the host behind TLS and set `server.publicUrl: https://…`, and `server.trustProxy` behind a proxy.',
  },
  SIGN_IN_FLOW_INVALID: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { cause: string }) => `This sign-in cannot be completed: ${d.cause}.`,
    remedy: 'Begin anew on the sign-in page, in the same browser.',
  },
  SIGN_IN_NOT_ALLOWED: {
    status: 403,
    blame: 'policy',
    retry: 'after-fix',
    message: (d: { cause: string }) => `The provider knows you, but this host does not let you in: ${d.cause}.`,
    remedy:
      'Ask an administrator; `auth` in config/backplane.yaml says who may come in, and docs/reference/sign-in.md how.',
  },
  DEVICE_CODE_UNKNOWN: {
    status: 404,
    blame: 'input',
    retry: 'after-fix',
    message: () => 'No command is waiting for this code: it is mistyped, too old, or was used already.',
    remedy: 'Compare it with the one in the terminal; `backplane login` prints a new one, which holds for ten minutes.',
  },
  DEVICE_SIGN_IN_ENDED: {
    status: 400,
    blame: 'credential',
    retry: 'after-fix',
    message: (d: { cause: string }) => `This sign-in of a command is over: ${d.cause}.`,
    remedy: 'Run `backplane login` again, and approve it in the browser within ten minutes.',
  },
  OIDC_PROVIDER_FAILED: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: (d: { provider: string; cause: string }) => `The sign-in at ${d.provider} failed: ${d.cause}.`,
    remedy: 'Try again; when it stays so, compare `auth.oidc` with what the provider knows of this host.',
  },
  OIDC_ANSWER_REFUSED: {
    status: 401,
    blame: 'upstream',
    retry: 'after-fix',
    message: (d: { provider: string; cause: string }) => `What ${d.provider} answered is not accepted: ${d.cause}.`,
    remedy:
      'Begin anew on the sign-in page; when it stays so, the issuer, client id or keys of the provider are not those of `auth.oidc`.',
  },
  LOGOUT_TOKEN_INVALID: {
    status: 400,
    blame: 'upstream',
    retry: 'after-fix',
    message: (d: { cause: string }) => `The logout token is not accepted: ${d.cause}.`,
    remedy:
      'Send a logout token of OpenID Connect Back-Channel Logout 1.0, signed by the configured issuer for this client.',
  },
  SAML_RESPONSE_REFUSED: {
    status: 401,
    blame: 'upstream',
    retry: 'after-fix',
    message: (d: { cause: string }) => `The SAML response is not accepted: ${d.cause}.`,
    remedy:
      'Begin anew on the sign-in page; when it stays so, compare the identity provider with `auth.saml` and the metadata of this host.',
  },
  SAML_LOGOUT_REFUSED: {
    status: 400,
    blame: 'upstream',
    retry: 'after-fix',
    message: (d: { cause: string }) => `The SAML message about signing out is not accepted: ${d.cause}.`,
    remedy:
      'Compare the identity provider with `auth.saml` and the metadata of this host. Sessions here end with `POST /api/auth/logout` as well.',
  },
  PASSWORD_UNFIT: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { problem: string }) => `This password cannot be taken: it ${d.problem}.`,
    remedy: 'Choose another one; several words in a row are long and easy to remember.',
  },
  REGISTRATION_CLOSED: {
    status: 403,
    blame: 'policy',
    retry: 'after-fix',
    message: () => 'Nobody can register here by themselves.',
    remedy:
      'Ask an administrator for an account: `backplane user create EMAIL`. The very first one needs the admin key of the data folder.',
  },
  REGISTRATION_DOMAIN: {
    status: 403,
    blame: 'policy',
    retry: 'after-fix',
    message: (d: { domain: string }) => `Addresses of ${d.domain} cannot register here.`,
    remedy: 'Use the address of your organisation; `auth.basic.allowedDomains` says which.',
  },
  CSRF_REFUSED: {
    status: 403,
    blame: 'input',
    retry: 'after-fix',
    message: () => 'This request comes from another site, or does not say where it comes from.',
    remedy: 'Programs send `Authorization: Bearer …` in place of a cookie; pages must be of this host itself.',
  },
  API_KEY_CANNOT: {
    status: 403,
    blame: 'credential',
    retry: 'after-fix',
    message: (d: { what: string }) => `A key cannot ${d.what}; this takes somebody who has signed in.`,
    remedy: 'Sign in, on the sign-in page or with `backplane login`.',
  },
  API_KEY_SCOPE_UNKNOWN: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { scope: string }) => `There is no scope ${JSON.stringify(d.scope)}.`,
    remedy: 'Use scopes as roles have them: `run:read`, `workflow:*`, `action:tools.slack.*:execute`, `*`.',
  },
  USER_NOT_FOUND: {
    status: 404,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { user: string }) => `There is no user ${JSON.stringify(d.user)}.`,
    remedy: 'Give an e-mail address or id; `backplane user list` shows all.',
  },
  USER_EXISTS: {
    status: 409,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { email: string }) => `There is a user ${d.email} already.`,
    remedy: 'Change that one, or use another address.',
  },
  USER_LAST_ADMIN: {
    status: 409,
    blame: 'policy',
    retry: 'after-fix',
    message: () => 'This is the last platform admin who can sign in.',
    remedy: 'Make somebody else platform admin first.',
  },
} as const satisfies ErrorCatalogue;
