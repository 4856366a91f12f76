import type { Agent } from 'undici';
import type { EgressGuard } from './egress-guard.ts';
import type { Resolve } from './guarded-connector.ts';
import { secureContextFor, type TlsWishes, tlsKey } from './tls-identity.ts';

/** Connections, kept open per origin and per TLS identity: a client certificate of one caller never serves another. */
export interface AgentPool extends AsyncDisposable {
  /** Throws HTTP_PORT_CERTIFICATE_INVALID. */
  agentFor(wishes: TlsWishes): Promise<Agent>;
}

/** Identities beyond this many are rare and dropped least recently used first; requests in flight finish. */
const MAX_IDENTITIES = 64;

export function createAgentPool(guard: EgressGuard, resolve?: Resolve): AgentPool {
  const agents = new Map<string, Promise<Agent>>();

  // The HTTP client is loaded with the first request: a host that starts need not wait for it.
  async function open(wishes: TlsWishes): Promise<Agent> {
    const secureContext = secureContextFor(wishes);
    const [{ Agent }, { guardedConnector }] = await Promise.all([import('undici'), import('./guarded-connector.ts')]);
    const verifyTls = wishes.verifyTls ?? true;
    const connect = guardedConnector({ guard, resolve, secureContext, verifyTls });
    return new Agent({ connect, allowH2: false, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  }

  return {
    async agentFor(wishes) {
      const key = tlsKey(wishes);
      const agent = agents.get(key) ?? open(wishes);
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

function closeOldest(agents: Map<string, Promise<Agent>>): void {
  const [key, agent] = agents.entries().next().value!;
  agents.delete(key);
  void agent.then((oldest) => oldest.close());
}
