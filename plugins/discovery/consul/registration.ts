import type { Registration } from '@backplane/sdk';
import { z } from 'zod';

/** Consul takes nothing shorter. */
const LEAST_DEREGISTER_MS = 60_000;

/** The body of `/v1/agent/service/register`. */
export function registrationBody(registration: Registration, deregisterAfterMs: number): Record<string, unknown> {
  const { id, service, host, port, scheme = 'http', weight = 1, tags = [], metadata = {}, health } = registration;
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    ID: id,
    Name: service,
    Address: host,
    Port: port,
    Tags: tags,
    Meta: { ...metadata, scheme },
    Weights: { Passing: Math.max(1, Math.round(weight)), Warning: 1 },
    ...(health && {
      Check: {
        HTTP: `${scheme}://${name}:${port}${health.path}`,
        Interval: `${health.everyMs}ms`,
        Timeout: `${health.timeoutMs}ms`,
        DeregisterCriticalServiceAfter: `${Math.max(LEAST_DEREGISTER_MS, deregisterAfterMs)}ms`,
        // Until the first check it counts as what it is: a gateway that announces itself serves already.
        Status: 'passing',
      },
    }),
  };
}

const known = z.object({
  Service: z.string(),
  Address: z.string(),
  Port: z.int(),
  Tags: z.array(z.string()).nullish(),
  Meta: z.record(z.string(), z.string()).nullish(),
});

/** Whether the agent has it already, as `/v1/agent/service/ID` tells. Registering anew would begin its checks anew. */
export function isRegistered(content: unknown, body: Record<string, unknown>): boolean {
  const parsed = known.safeParse(content);
  if (!parsed.success) return false;
  const { Service, Address, Port, Tags, Meta } = parsed.data;
  const there = [Service, Address, Port, Tags ?? [], sorted(Meta ?? {})];
  const wanted = [body['Name'], body['Address'], body['Port'], body['Tags'], sorted(body['Meta'] as object)];
  return JSON.stringify(there) === JSON.stringify(wanted);
}

function sorted(meta: object): unknown {
  return Object.entries(meta).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
