import { defineErrors, type ErrorCatalogue } from '@backplane/sdk';

interface Answer {
  readonly upstream: string;
  readonly status: number;
  /** What the service said, shortened. */
  readonly said: string;
}

const answered = ({ upstream, status, said }: Answer) =>
  `The upstream ${upstream} answered ${status}.${said === '' ? '' : ` It said: ${said}`}`;

export const gatewayCallErrors = {
  GATEWAY_CALL_STATUS_REFUSED: {
    status: 502,
    blame: 'input',
    retry: 'after-fix',
    message: answered,
    remedy: 'Compare the request with what the service expects, or list the status under `ignore_status_codes`.',
  },
  GATEWAY_CALL_STATUS_FAILED: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: answered,
    remedy: 'Try again later: a `retry_policy` on the step does so; if it stays, the log of the service tells why.',
  },
  GATEWAY_CALL_ANSWER_NOT_JSON: {
    status: 502,
    blame: 'upstream',
    retry: 'after-fix',
    message: (d: { upstream: string; status: number }) =>
      `The upstream ${d.upstream} answered ${d.status} with a body that should be JSON and is not.`,
    remedy: 'Correct the service: its answer has the type application/json.',
  },
} as const satisfies ErrorCatalogue;

export const raise = defineErrors(gatewayCallErrors);
