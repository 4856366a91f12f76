import type { ErrorRecord } from '@backplane/sdk';

/** Of what lies behind the gateway: the log has the name of the upstream, its address and the cause. */
const DISCREET: Readonly<Record<string, string>> = {
  GATEWAY_UPSTREAM_UNREACHABLE: 'The service behind this address cannot be reached.',
  GATEWAY_UPSTREAM_BROKEN:
    'The service behind this address gave no proper answer. The request may have been carried out.',
  GATEWAY_UPSTREAM_TIMEOUT:
    'The service behind this address did not answer in time. The request may have been carried out.',
  GATEWAY_NO_TARGET: 'No service is ready for this address.',
  GATEWAY_ANSWER_TOO_LARGE: 'The answer of the service behind this address is too large.',
};

/** What a problem document says; what only the administrator can know or do stays out of it. */
export function saidToCallers({
  code,
  message,
  remedy,
}: ErrorRecord): Pick<ErrorRecord, 'remedy'> & { detail: string } {
  const detail = DISCREET[code];
  if (detail === undefined) return { detail: message, ...(remedy !== undefined && { remedy }) };
  return {
    detail,
    remedy: 'Try again later; the administrator finds the reason in the log, under the correlation id.',
  };
}
