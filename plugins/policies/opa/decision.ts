/** What the agent decided. `headers`: for the upstream when it is allowed, else of the answer. */
export interface Decision {
  readonly isAllowed: boolean;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For logs. */
  readonly because: string;
}

const DENIED: Decision = { isAllowed: false, status: 403, headers: {}, because: 'the agent does not allow it' };

/**
 * A boolean, or an object in the form that Envoy's plugin of the agent uses as well: `allowed` (or `allow`), `headers`, `body`,
 * `http_status`. Nothing but `true` allows.
 */
export function readDecision(answer: unknown): Decision {
  if (typeof answer !== 'object' || answer === null) throw new Error('the agent answered no JSON object');
  const { result } = answer as { readonly result?: unknown };
  if (result === undefined) return { ...DENIED, because: 'the document is undefined for this input' };
  if (result === true) return { isAllowed: true, status: 200, headers: {}, because: 'allowed' };
  if (typeof result !== 'object' || result === null) return DENIED;
  const { allowed, allow, headers, body, http_status: status } = result as Record<string, unknown>;
  const verdict = allowed ?? allow;
  const isStatus = typeof status === 'number' && Number.isInteger(status) && status >= 300 && status <= 599;
  return {
    isAllowed: verdict === true,
    status: isStatus ? status : 403,
    headers: textsOf(headers),
    because: verdict === true ? 'allowed' : DENIED.because,
    ...(typeof body === 'string' && { body }),
  };
}

function textsOf(headers: unknown): Record<string, string> {
  if (typeof headers !== 'object' || headers === null) return {};
  return Object.fromEntries(
    Object.entries(headers)
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      .filter(([name, value]) => /^[\w!#$%&'*+.^`|~-]+$/.test(name) && !/[^\t\x20-\x7e]/.test(value))
      .map(([name, value]) => [name.toLowerCase(), value]),
  );
}
