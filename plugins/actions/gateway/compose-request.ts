import { type GatewayRequest, stringifyJson } from '@backplane/sdk';

export interface GatewayArguments {
  readonly upstream: string;
  readonly method: string;
  readonly path: string;
  readonly params?: Readonly<Record<string, unknown>> | null | undefined;
  readonly headers?: Readonly<Record<string, unknown>> | null | undefined;
  readonly payload?: unknown;
  readonly timeout: number;
  readonly idempotency_key_header?: string | null | undefined;
}

/** Arguments of the action as one request. */
export function composeRequest(input: GatewayArguments, idempotencyKey: string): GatewayRequest {
  const { upstream, method, payload, timeout, idempotency_key_header: keyHeader } = input;
  const headers = Object.fromEntries(present(input.headers).map(([name, value]) => [name, textOf(value)]));
  const has = (name: string) => Object.keys(headers).some((given) => given.toLowerCase() === name.toLowerCase());
  const body = payload === undefined ? undefined : stringifyJson(payload);
  if (body !== undefined && !has('content-type')) headers['content-type'] = 'application/json';
  if (keyHeader && !has(keyHeader)) headers[keyHeader] = idempotencyKey;
  return {
    upstream,
    method,
    path: withParams(input.path, input.params),
    headers,
    timeoutMs: timeout * 1000,
    ...(body !== undefined && { body }),
  };
}

function withParams(path: string, params: GatewayArguments['params']): string {
  const query = new URLSearchParams();
  for (const [name, value] of present(params)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined) query.append(name, textOf(one));
    }
  }
  if (query.size === 0) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${query}`;
}

function present(entries: Readonly<Record<string, unknown>> | null | undefined): [string, unknown][] {
  return Object.entries(entries ?? {}).filter(([, value]) => value !== null && value !== undefined);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : stringifyJson(value);
}
