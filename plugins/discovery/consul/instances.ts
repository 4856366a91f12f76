import type { ServiceInstance } from '@backplane/sdk';
import { z } from 'zod';
import type { Settings } from './settings.ts';

const entry = z.object({
  Node: z.object({ Node: z.string(), Address: z.string().default(''), Datacenter: z.string().optional() }),
  Service: z.object({
    ID: z.string(),
    Address: z.string().default(''),
    Port: z.int(),
    Tags: z.array(z.string()).nullish(),
    Meta: z.record(z.string(), z.string()).nullish(),
    Weights: z.object({ Passing: z.number().optional() }).nullish(),
  }),
});

const VERSION = 'version-';

/** What `/v1/health/service/NAME` says. Throws for anything else. */
export function readInstances(content: unknown, hosts: Settings['hosts']): ServiceInstance[] {
  const entries = z.array(entry).parse(content);
  return entries.flatMap(({ Node, Service }) => {
    const host = hostOf(Node, Service, hosts);
    // A service without a port is there for its name alone.
    if (host.includes('://') || Service.Port < 1) return [];
    const tags = Service.Tags ?? [];
    const version = tags.find((tag) => tag.startsWith(VERSION))?.slice(VERSION.length);
    const meta = Service.Meta ?? {};
    return {
      // Ids of services are unique to a node alone.
      id: `${Node.Node}/${Service.ID}`,
      host,
      port: Service.Port,
      weight: Service.Weights?.Passing ?? 1,
      tags,
      metadata: {
        ...meta,
        node: Node.Node,
        ...(Node.Datacenter && { datacenter: Node.Datacenter }),
        ...(version !== undefined && { version }),
      },
      ...((meta['scheme'] === 'http' || meta['scheme'] === 'https') && { scheme: meta['scheme'] as 'http' | 'https' }),
    };
  });
}

function hostOf(
  node: z.output<typeof entry>['Node'],
  service: z.output<typeof entry>['Service'],
  hosts: Settings['hosts'],
): string {
  const address = service.Address || node.Address;
  return hosts === 'ocelot' && address === node.Address ? node.Node : address;
}
