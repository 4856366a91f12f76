import type { ServiceInstance } from '@backplane/sdk';
import { z } from 'zod';

/** What is read of `discovery.k8s.io/v1` EndpointSlice. */
export const endpointSlice = z.object({
  metadata: z.object({ name: z.string(), resourceVersion: z.string().default('') }),
  addressType: z.string().default('IPv4'),
  ports: z
    .array(z.object({ name: z.string().nullish(), port: z.int().nullish(), protocol: z.string().nullish() }))
    .nullish(),
  endpoints: z
    .array(
      z.object({
        addresses: z.array(z.string()),
        conditions: z.object({ ready: z.boolean().nullish() }).nullish(),
        nodeName: z.string().nullish(),
        zone: z.string().nullish(),
        targetRef: z.object({ name: z.string().nullish() }).nullish(),
      }),
    )
    .nullish(),
});

export type EndpointSlice = z.output<typeof endpointSlice>;

/** `port`: its name or number; without one it is the port called `http`, else the first. */
export function instancesOf(slices: Iterable<EndpointSlice>, port: string | undefined): ServiceInstance[] {
  const all = new Map<string, ServiceInstance>();
  for (const slice of slices) {
    const number = portOf(slice, port);
    if (number === undefined) continue;
    for (const { addresses, conditions, nodeName, zone, targetRef } of slice.endpoints ?? []) {
      // Unknown counts as ready; one that ends is not.
      if (conditions?.ready === false) continue;
      // All addresses of an endpoint are the same pod: one is enough.
      const [host] = addresses;
      if (host === undefined) continue;
      const id = `${host}:${number}`;
      all.set(id, {
        id,
        host,
        port: number,
        metadata: {
          ...(targetRef?.name && { pod: targetRef.name }),
          ...(nodeName && { node: nodeName }),
          ...(zone && { zone }),
        },
      });
    }
  }
  return [...all.values()];
}

function portOf({ ports }: EndpointSlice, wanted: string | undefined): number | undefined {
  const tcp = (ports ?? []).filter(({ protocol }) => (protocol ?? 'TCP') === 'TCP');
  const chosen =
    wanted === undefined
      ? (tcp.find(({ name }) => name === 'http') ?? tcp[0])
      : tcp.find(({ name, port }) => name === wanted || String(port) === wanted);
  return chosen?.port ?? undefined;
}
