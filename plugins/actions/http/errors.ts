import { defineErrors, type ErrorCatalogue } from '@backplane/sdk';

interface Answer {
  readonly host: string;
  readonly status: number;
  /** What the service said, shortened. */
  readonly said: string;
}

const answered = (what: string) => (d: Answer) =>
  `${d.host} answered ${d.status}: ${what}.${d.said === '' ? '' : ` It said: ${d.said}`}`;

export const httpErrors = {
  HTTP_STATUS_BAD_REQUEST: {
    status: 502,
    blame: 'input',
    retry: 'after-fix',
    message: answered('it does not understand the request'),
    remedy: 'Compare the URL, query, headers and body with the documentation of the service.',
  },
  HTTP_STATUS_DENIED: {
    status: 502,
    blame: 'credential',
    retry: 'after-fix',
    message: answered('the credential is missing, wrong or not permitted to do this'),
    remedy: 'Check the secret of this action and what it is permitted to do at the service.',
  },
  HTTP_STATUS_NOT_FOUND: {
    status: 502,
    blame: 'input',
    retry: 'after-fix',
    message: answered('there is nothing at this address'),
    remedy: 'Check the URL and the ids in it, or list 404 under `ignore_status_codes` where absence is an answer.',
  },
  HTTP_STATUS_UNPROCESSABLE: {
    status: 502,
    blame: 'input',
    retry: 'after-fix',
    message: answered('the request is well formed but its content is not accepted'),
    remedy: 'Check required fields, types and permitted values in the body.',
  },
  HTTP_STATUS_RATE_LIMITED: {
    status: 503,
    blame: 'upstream',
    retry: 'later',
    message: answered('too many requests'),
    remedy: 'Wait and try again: a `retry_policy` on the step does so; or send fewer requests at once.',
  },
  HTTP_STATUS_UNAVAILABLE: {
    status: 503,
    blame: 'upstream',
    retry: 'later',
    message: answered('it is not available at the moment'),
    remedy: 'Try again later: a `retry_policy` on the step does so.',
  },
  HTTP_STATUS_SERVER_ERROR: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: answered('it failed while handling the request'),
    remedy: 'Try again later; if it stays, the logs of the service tell why.',
  },
  HTTP_STATUS_CLIENT_ERROR: {
    status: 502,
    blame: 'input',
    retry: 'after-fix',
    message: answered('it refuses the request'),
    remedy:
      'Compare the request with the documentation of the service, or list the status under `ignore_status_codes`.',
  },
  HTTP_CALL_ANSWER_NOT_JSON: {
    status: 502,
    blame: 'upstream',
    retry: 'after-fix',
    message: (d: { host: string; status: number }) =>
      `${d.host} answered ${d.status} with a body that should be JSON and is not.`,
    remedy: 'Set `parse: text` to get the body as it is.',
  },
  HTTP_CALL_BODY_CONFLICT: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { given: readonly string[] }) => `A request has one body, but ${d.given.join(' and ')} are given.`,
    remedy: 'Keep one of them; `files` and `form_data` may go together.',
  },
  HTTP_CALL_TOO_MANY_FILES: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { count: number; limit: number }) =>
      `${d.count} files are too many for one request; the limit is ${d.limit}.`,
    remedy: 'Send them in several requests.',
  },
  HTTP_CALL_FILE_TOO_LARGE: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { field: string; limit: number }) =>
      `The file in field ${JSON.stringify(d.field)} is larger than ${d.limit / 1024 / 1024} MB.`,
    remedy: 'Send a smaller file.',
  },
  HTTP_CALL_FILE_NOT_BASE64: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { field: string }) => `The file in field ${JSON.stringify(d.field)} is not Base64.`,
    remedy: 'Give the content of the file in Base64, for instance with FN.to_base64.',
  },
  HTTP_POLL_WITHOUT_CONDITION: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: () => 'Polling needs poll_condition or poll_retry_codes: otherwise the first answer is the last.',
    remedy: 'Say with poll_condition when the answer is good, or with poll_retry_codes which statuses mean "not yet".',
  },
  HTTP_POLL_EXHAUSTED: {
    status: 504,
    blame: 'upstream',
    retry: 'later',
    message: (d: { host: string; attempts: number; status: number }) =>
      `${d.host} was asked ${d.attempts} times and was never ready; its last status was ${d.status}.`,
    remedy: 'Raise poll_max_attempts or poll_interval, or check poll_condition against an answer of the service.',
  },
  HTTP_PAGINATE_NEXT_INVALID: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { problem: string }) => `next_request gave something that is no request: ${d.problem}.`,
    remedy: 'Return a map with some of url, method, headers, params, payload, form_data; or None to end.',
  },
} as const satisfies ErrorCatalogue;

export const raise = defineErrors(httpErrors);
