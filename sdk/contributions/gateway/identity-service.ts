import type { Http } from '../../ports/http.ts';

/** A service that says whose a credential is: it gets the credential in JSON and answers in JSON. */
export interface IdentityServiceSettings {
  readonly url: string;
  /** Field of the question that holds the credential. */
  readonly field: string;
  /** Field of the answer that is `true` for a good credential. */
  readonly valid: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export type ServiceAnswer = Readonly<Record<string, unknown>>;

/**
 * Asks whose a credential is; undefined for one that the service does not accept. Rejects when it gave no verdict, without the credential
 * in the message.
 */
export async function askIdentityService(
  http: Http,
  settings: IdentityServiceSettings,
  credential: string,
  signal: AbortSignal,
): Promise<ServiceAnswer | undefined> {
  const { url, field, valid, headers, timeoutMs } = settings;
  const { status, body } = await http.send({
    url,
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ [field]: credential }),
    followRedirects: false,
    maxResponseBytes: 65_536,
    timeoutMs,
    signal,
  });
  if (status === 401 || status === 403 || status === 404) return undefined;
  if (status < 200 || status > 299) throw new Error(`the identity service answered ${status}`);
  const answer = objectOf(body);
  return fieldOf(answer, valid) === true ? answer : undefined;
}

/** Exact name first, then whatever its case: `isValid` finds `IsValid`. */
export function fieldOf(answer: ServiceAnswer, name: string): unknown {
  if (Object.hasOwn(answer, name)) return answer[name];
  const lower = name.toLowerCase();
  const key = Object.keys(answer).find((candidate) => candidate.toLowerCase() === lower);
  return key === undefined ? undefined : answer[key];
}

function objectOf(body: Uint8Array): ServiceAnswer {
  let answer: unknown;
  try {
    answer = JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw new Error('the identity service answered no JSON');
  }
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer))
    throw new Error('the identity service answered no JSON object');
  return answer as ServiceAnswer;
}
