import type { Packed } from '../crossing/packed-bytes.ts';
import type { GivenPorts } from '../wire.ts';

/** Asks the host; `signal` gives up waiting, and the host gives up, too. */
export type AskHost = (
  port: string,
  method: string,
  args: readonly unknown[],
  options?: {
    readonly signal?: AbortSignal | undefined;
    readonly body?: Uint8Array | undefined;
    /** Of bytes within the arguments. */
    readonly packed?: Packed;
  },
) => Promise<{ readonly value: unknown; readonly body?: Uint8Array }>;

const PLAIN = {
  kv: ['get', 'set', 'setIfAbsent', 'delete'],
  workflows: ['start', 'status', 'wait', 'list', 'get'],
} as const;

export interface GuestPortsOptions {
  readonly ask: AskHost;
  readonly expressions: unknown;
  bodyOf(body: unknown): Promise<{ bytes?: Uint8Array; contentType?: string }>;
  database(): object;
}

/** The ports of one call as its action knows them; behind each stands the host. */
export function guestPorts(
  message: GivenPorts,
  { ask, expressions, bodyOf, database }: GuestPortsOptions,
): Record<string, unknown> {
  const send = (port: string, method: string, first: readonly unknown[]) => async (request: HttpLike) => {
    const { body, signal, headers, ...rest } = request;
    const { bytes, contentType } = await bodyOf(typeof body === 'function' ? body() : body);
    const typed = contentType === undefined ? headers : { 'content-type': contentType, ...headers };
    const sent = typed === undefined ? rest : { ...rest, headers: typed };
    const reply = await ask(port, method, [...first, sent], { signal, body: bytes });
    return { ...(reply.value as object), body: reply.body ?? new Uint8Array() };
  };
  const make: Readonly<Record<string, () => unknown>> = {
    http: () => ({ send: send('http', 'send', []) }),
    connections: () =>
      Object.fromEntries(
        Object.entries(message.connections ?? {}).map(([slot, who]) => [
          slot,
          { ...who, send: send('connections', 'send', [slot]) },
        ]),
      ),
    secrets: () => message.secrets,
    expressions: () => expressions,
    scripts: () => ({
      run: async ({ signal, ...request }: { signal?: AbortSignal }) =>
        (await ask('scripts', 'run', [request], { signal })).value,
    }),
    database,
    deps: () => Object.fromEntries((message.deps ?? []).map((name) => [name, client(name)])),
    kv: () => plain('kv', PLAIN.kv),
    gateway: () => ({ request: send('gateway', 'request', []) }),
    workflows: () => plain('workflows', PLAIN.workflows),
  };
  return Object.fromEntries(message.ports.flatMap((port) => (make[port] ? [[port, make[port]()]] : [])));

  /** Knows the methods of the other plugin by being asked. */
  function client(name: string): object {
    return new Proxy(Object.freeze({}), {
      get: (_target, method) =>
        typeof method !== 'string' || method === 'then'
          ? undefined
          : async (input: unknown, { signal }: { signal?: AbortSignal } = {}) =>
              (await ask('deps', 'call', [name, method, input ?? null], { signal })).value,
    });
  }

  function plain(port: string, methods: readonly string[]): object {
    return Object.fromEntries(
      methods.map((method) => [method, async (...args: unknown[]) => (await ask(port, method, args)).value]),
    );
  }
}

interface HttpLike {
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}
