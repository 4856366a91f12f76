import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GatewayPolicy } from '@backplane/sdk';
import { checkHooks, type PolicySource } from './chain/make-policy.ts';
import { PolicyNotes } from './chain/policy-notes.ts';
import type { ListenerOptions } from './listener/listener-options.ts';
import { EMPTY_MODEL, type GatewayModel } from './model/gateway-model.ts';
import type { PolicyUse } from './model/policy-use.ts';
import type { Destination, RouteModel } from './model/route-model.ts';
import type { UpstreamModel } from './model/upstream-model.ts';
import { type Gateway, type GatewayOptions, openGateway } from './open-gateway.ts';
import { MemoryState } from './state/memory-state.ts';
import { createPromMeters } from './worker/prom-meters.ts';

export const PLACE = { file: 'gateway.yaml', line: 1, column: 1 };

export function route(id: string, pattern: string, more: Partial<RouteModel> = {}): RouteModel {
  return {
    id,
    place: PLACE,
    compat: 'native',
    match: {
      path: { kind: 'native', pattern, caseSensitive: true },
      methods: [],
      hosts: [],
      headers: [],
      query: [],
      priority: 1,
    },
    authenticate: { mode: 'none', schemes: [] },
    policies: [],
    to: toUpstream(),
    metadata: {},
    tags: [],
    ...more,
  };
}

export function toUpstream(upstream = 'up'): Destination & { kind: 'upstream' } {
  return { kind: 'upstream', upstream, path: { kind: 'keep' }, host: 'upstream', forwarded: true };
}

export function upstream(name: string, ports: readonly number[], more: Partial<UpstreamModel> = {}): UpstreamModel {
  const targets = ports.map((port) => ({
    scheme: 'http' as const,
    host: '127.0.0.1',
    port,
    weight: 1,
    metadata: {},
  }));
  return {
    name,
    place: PLACE,
    targets: { kind: 'static', targets },
    balancer: { type: 'round-robin' },
    health: {},
    pool: { connections: 64, keepAliveMs: 4_000, connectTimeoutMs: 2_000, bodyTimeoutMs: 5_000 },
    ...more,
  };
}

export function use(policy: string, config: unknown = {}, id = `use/${policy}`): PolicyUse {
  return { id, policy, config, place: PLACE };
}

/** Policies by name, made as a host makes them. */
export function policySource(policies: readonly GatewayPolicy[], { meters } = createPromMeters()): PolicySource {
  const shared = new MemoryState();
  return {
    versionOf: (name) => (policies.some((policy) => policy.name === name) ? '1' : undefined),
    async make(made) {
      const policy = policies.find(({ name }) => name === made.policy);
      if (policy === undefined) throw new Error('no plugin brings it');
      const stopping = new AbortController();
      const hooks = await policy.create({
        config: made.config,
        log: SILENT,
        signal: stopping.signal,
        now: Date.now,
        shared,
        meters,
        identities: { verify: async () => undefined },
        use: { id: made.id, ...(made.scheme !== undefined && { scheme: made.scheme }) },
      } as never);
      return {
        policy,
        hooks: checkHooks(policy, hooks as never),
        notes: new PolicyNotes(),
        close: async () => {
          stopping.abort();
          await (hooks as { close?(): Promise<void> }).close?.();
        },
      };
    },
  };
}

/** On a port of its own. */
export const LISTENER: ListenerOptions = {
  host: '127.0.0.1',
  port: 0,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 20_000,
  keepAliveMs: 5_000,
  maxHeaderBytes: 16_384,
};

export const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

export async function startGateway(
  model: Partial<GatewayModel>,
  policies: readonly GatewayPolicy[] = [],
  more: Partial<GatewayOptions> = {},
): Promise<Gateway & { readonly url: string }> {
  const gateway = await openGateway({
    log: SILENT,
    model: { ...EMPTY_MODEL, ...model },
    policies: policySource(policies),
    trustedProxies: [],
    maxBodyBytes: 1_000_000,
    policyLimitMs: 5_000,
    drainMs: 2_000,
    listener: LISTENER,
    ...more,
  });
  return Object.assign(gateway, { url: `http://127.0.0.1:${gateway.port}` });
}

export interface TestUpstream extends AsyncDisposable {
  readonly port: number;
  readonly server: Server;
  /** What came, oldest first. */
  readonly seen: { readonly method: string; readonly url: string; readonly rawHeaders: readonly string[] }[];
}

/** A service behind the gateway. */
export async function startUpstream(answer: RequestListener): Promise<TestUpstream> {
  const seen: TestUpstream['seen'] = [];
  const server = createServer((request: IncomingMessage, response) => {
    seen.push({ method: request.method!, url: request.url!, rawHeaders: request.rawHeaders });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    server,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
