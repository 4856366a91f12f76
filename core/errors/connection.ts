import type { ErrorCatalogue } from '@backplane/sdk';

/** OAuth and what it connects. No message holds a token, a code or a client secret. */
export const connectionErrors = {
  CONNECTION_PROVIDER_UNKNOWN: {
    status: 404,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { provider: string; suggestion?: string }) =>
      `There is no OAuth provider "${d.provider}".${d.suggestion === undefined ? '' : ` Did you mean "${d.suggestion}"?`}`,
    remedy:
      'List them with `backplane connection providers`; enable the plugin that brings it, or describe it under `oauth.providers`.',
  },
  CONNECTION_NOT_FOUND: {
    status: 404,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { id: string }) => `There is no connection "${d.id}".`,
    remedy: 'List them with `backplane connection list`.',
  },
  CONNECTION_NOT_CONFIGURED: {
    status: 409,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { provider: string }) => `Backplane has no client id for "${d.provider}" yet.`,
    remedy:
      'Register an application at the provider and give its id and secret with `backplane connection configure`, or under `oauth.clients`.',
  },
  CONNECTION_GRANT_UNSUPPORTED: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { provider: string; grant: string }) => `"${d.provider}" does not offer the grant ${d.grant}.`,
    remedy: 'Choose one of the grants that `backplane connection providers` shows.',
  },
  CONNECTION_SETTING_INVALID: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { provider: string; setting: string; problem: string }) =>
      `The setting "${d.setting}" of "${d.provider}" ${d.problem}.`,
    remedy: 'Give it the form that `backplane connection providers` shows.',
  },
  CONNECTION_ADDRESS_INVALID: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { provider: string; which: string; problem: string }) =>
      `The ${d.which} address of "${d.provider}" ${d.problem}.`,
    remedy: 'OAuth addresses are https URLs without user, query or fragment.',
  },
  CONNECTION_STATE_INVALID: {
    status: 400,
    blame: 'credential',
    retry: 'after-fix',
    message: () =>
      'This answer belongs to no authorization that was begun in this browser, or it has been used or is too old.',
    remedy:
      'Begin again with "Connect"; an authorization is good for ten minutes, once, and in the browser in which it was begun.',
  },
  CONNECTION_REFUSED: {
    status: 403,
    blame: 'credential',
    retry: 'after-fix',
    message: (d: { provider: string; error: string; description?: string }) =>
      `${d.error === 'access_denied' ? `The access was not allowed at ${d.provider}` : `${d.provider} refused: ${d.error}`}${d.description === undefined ? '' : ` (${d.description})`}.`,
    remedy: 'Begin again and allow the access that is asked for, or ask an administrator of the provider to do so.',
  },
  CONNECTION_TOKEN_REFUSED: {
    status: 502,
    blame: 'credential',
    retry: 'after-fix',
    message: (d: { provider: string; error: string; description?: string }) =>
      `The token endpoint of ${d.provider} refused: ${d.error}${d.description === undefined ? '' : ` (${d.description})`}.`,
    remedy: 'Check the client id, its secret and the redirect address that are registered at the provider.',
  },
  CONNECTION_ANSWER_INVALID: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: (d: { provider: string; problem: string }) => `The answer of ${d.provider} is no token: ${d.problem}.`,
    remedy: 'Try again; if it stays, compare the description of the provider with its documentation.',
  },
  CONNECTION_REAUTH_REQUIRED: {
    status: 409,
    blame: 'credential',
    retry: 'after-fix',
    message: (d: { provider: string; why: string }) => `The connection to ${d.provider} has to be made anew: ${d.why}.`,
    remedy: 'Connect again: `backplane connection connect <provider>`, or "Reconnect" in the console.',
  },
  CONNECTION_DEVICE_EXPIRED: {
    status: 408,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { provider: string }) => `Nobody entered the code at ${d.provider} in time.`,
    remedy: 'Begin again and enter the code while it is good.',
  },
} as const satisfies ErrorCatalogue;
