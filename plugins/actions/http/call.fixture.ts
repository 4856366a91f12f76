import {
  type Expressions,
  type Http,
  type HttpReply,
  type HttpRequest,
  plainNumbers,
  stringifyJson,
} from '@backplane/sdk';

export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** Text as it is; anything else as JSON. */
  readonly data?: unknown;
  readonly fixture?: HttpReply['fixture'];
}

/** An HTTP port that gives these answers in turn, the last one again and again, and remembers what it was asked. */
export function scripted(...answers: readonly Answer[]): Http & { readonly sent: HttpRequest[] } {
  const sent: HttpRequest[] = [];
  return {
    sent,
    async send(request) {
      sent.push(request);
      return replyOf(answers[Math.min(sent.length, answers.length) - 1] ?? {}, request.url);
    },
  };
}

export function replyOf({ status = 200, headers, data, fixture }: Answer, url = 'https://api.test/'): HttpReply {
  const type = typeof data === 'string' ? 'text/plain' : 'application/json';
  const text = data === undefined ? '' : typeof data === 'string' ? data : stringifyJson(data);
  return { status, headers: { 'content-type': type, ...headers }, body: Buffer.from(text), url, fixture };
}

/** Lambdas of a test are JavaScript functions, found by the text that stands for them. */
export function lambdas(functions: Readonly<Record<string, (x: any) => unknown>>): Expressions {
  return {
    lambda: (source) => functions[source]!,
    jsonpath: (path, value) => (value as Record<string, unknown>)[path.replace('$.', '')] ?? null,
    isTruthy: Boolean,
    isEqual: (left, right) => stringifyJson(plainNumbers(left)) === stringifyJson(plainNumbers(right)),
  };
}

/** Runs an action as the host does: arguments validated, ports handed over. */
export async function run(action: any, input: unknown, ports: Readonly<Record<string, unknown>>): Promise<any> {
  const parsed = await action.input['~standard'].validate(input);
  if (parsed.issues !== undefined)
    throw new Error(parsed.issues.map((issue: { message: string }) => issue.message).join('; '));
  return action.run({
    input: parsed.value,
    run: { id: 'run1', step: 'step1', attempt: 1, idempotencyKey: 'run1-step1' },
    signal: new AbortController().signal,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    progress() {},
    secrets: {},
    ...ports,
  });
}
