import { Agent } from 'undici';
import type { EgressGuard } from './egress-guard.ts';
import { guardedConnector, type Resolve } from './guarded-connector.ts';
import { secureContextFor, type TlsWishes, tlsKey } from './tls-identity.ts';

/** Connections, kept open per origin and per TLS identity: a client certificate of one caller never serves another. */
export interface AgentPool extends AsyncDisposable {
  /** Throws HTTP_PORT_CERTIFICATE_INVALID. */
  agentFor(wishes: TlsWishes): Agent;
}

/** Identities beyond this many are rare and dropped least recently used first; requests in flight finish. */
const MAX_IDENTITIES = 64;

export function createAgentPool(guard: EgressGuard, resolve?: Resolve): AgentPool {
  const agents = new Map<string, Agent>();

  function open(wishes: TlsWishes): Agent {
    const verifyTls = wishes.verifyTls ?? true;
    const connect = guardedConnector({ guard, resolve, secureContext: secureContextFor(wishes), verifyTls });
    return new Agent({ connect, allowH2: false, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  }

  return {
    agentFor(wishes) {
      const key = tlsKey(wishes);
      const agent = agents.get(key) ?? open(wishes);
      agents.delete(key);
      agents.set(key, agent);
      if (agents.size > MAX_IDENTITIES) closeOldest(agents);
      return agent;
    },
    async [Symbol.asyncDispose]() {
      const open = [...agents.values()];
      agents.clear();
      await Promise.all(open.map((agent) => agent.destroy()));
    },
  };
}

function closeOldest(agents: Map<string, Agent>): void {
  const [key, agent] = agents.entries().next().value!;
  agents.delete(key);
  void agent.close();
}
