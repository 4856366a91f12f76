import type { Dispatcher, ProxyAgent } from 'undici';
import type { EgressGuard } from './egress-guard.ts';
import type { Resolve } from './guarded-connector.ts';
import { secureContextFor, type TlsWishes, tlsKey } from './tls-identity.ts';

/** Connections, kept open per origin and per TLS identity: a client certificate of one caller never serves another. */
export interface AgentPool extends AsyncDisposable {
  /** With `proxy`, what reaches its targets through that one; it is dialled unchecked. Throws HTTP_PORT_CERTIFICATE_INVALID. */
  agentFor(wishes: TlsWishes, proxy?: string): Promise<Dispatcher>;
}

/** Identities beyond this many are rare and dropped least recently used first; requests in flight finish. */
const MAX_IDENTITIES = 64;

/** Time limits are kept by the caller, over all hops together. */
const EXCHANGE = { allowH2: false, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 };
const DIAL_MS = 10_000;

export function createAgentPool(guard: EgressGuard, resolve?: Resolve): AgentPool {
  const agents = new Map<string, Promise<Dispatcher>>();

  // The HTTP client is loaded with the first request: a host that starts need not wait for it.
  async function open(wishes: TlsWishes, proxy: string | undefined): Promise<Dispatcher> {
    const secureContext = secureContextFor(wishes);
    const verifyTls = wishes.verifyTls ?? true;
    const [undici, { guardedConnector }] = await Promise.all([import('undici'), import('./guarded-connector.ts')]);
    if (proxy === undefined) {
      const connect = guardedConnector({ guard, resolve, secureContext, verifyTls });
      return new undici.Agent({ ...EXCHANGE, connect });
    }
    // What the caller says of TLS is for the target; its certificate is not shown to the proxy.
    const requestTls = { secureContext, rejectUnauthorized: verifyTls, allowH2: false, timeout: DIAL_MS };
    return new undici.ProxyAgent({
      ...EXCHANGE,
      uri: proxy,
      requestTls,
      connectTimeout: DIAL_MS,
    } as ProxyAgent.Options);
  }

  return {
    async agentFor(wishes, proxy) {
      const key = `${tlsKey(wishes)} ${proxy ?? ''}`;
      const agent = agents.get(key) ?? open(wishes, proxy);
      agents.delete(key);
      agents.set(key, agent);
      agent.catch(() => agents.get(key) === agent && agents.delete(key));
      if (agents.size > MAX_IDENTITIES) closeOldest(agents);
      return agent;
    },
    async [Symbol.asyncDispose]() {
      const open = [...agents.values()];
      agents.clear();
      await Promise.allSettled(open.map(async (agent) => (await agent).destroy()));
    },
  };
}

function closeOldest(agents: Map<string, Promise<Dispatcher>>): void {
  const [key, agent] = agents.entries().next().value!;
  agents.delete(key);
  void agent.then((oldest) => oldest.close());
}
