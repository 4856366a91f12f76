import type { ServiceInstance } from '@backplane/sdk';
import { z } from 'zod';
import type { Settings } from './settings.ts';

const containers = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()).default([]),
    Labels: z.record(z.string(), z.string()).nullish(),
    State: z.string(),
    Status: z.string().default(''),
    Ports: z.array(z.object({ PrivatePort: z.int(), Type: z.string().default('tcp') })).nullish(),
    NetworkSettings: z
      .object({
        Networks: z
          .record(z.string(), z.object({ IPAddress: z.string().nullish(), GlobalIPv6Address: z.string().nullish() }))
          .nullish(),
      })
      .nullish(),
  }),
);

type Container = z.output<typeof containers>[number];

/** What `GET /containers/json` says of a service: running containers whose health check, if they have one, holds. */
export function readContainers(
  content: unknown,
  tags: readonly string[],
  { prefix, network }: Settings,
): ServiceInstance[] {
  return containers.parse(content).flatMap((container) => {
    const labels = container.Labels ?? {};
    const label = (name: string) => labels[`${prefix}.${name}`];
    const own = (label('tags') ?? '').split(',').flatMap((tag) => tag.trim() || []);
    if (container.State !== 'running' || /\((?:unhealthy|health: starting)\)/.test(container.Status)) return [];
    if (!tags.every((tag) => own.includes(tag))) return [];
    const host = addressOf(container, label('network') ?? network);
    const port = Number(label('port') ?? portOf(container));
    if (host === undefined || !Number.isInteger(port)) return [];
    const scheme = label('scheme');
    const weight = Number(label('weight') ?? 1);
    return {
      id: `${container.Id.slice(0, 12)}:${port}`,
      host,
      port,
      weight: Number.isFinite(weight) && weight >= 0 ? weight : 1,
      tags: own,
      metadata: { container: container.Names[0]?.replace(/^\//, '') ?? container.Id.slice(0, 12) },
      ...((scheme === 'http' || scheme === 'https') && { scheme: scheme as 'http' | 'https' }),
    };
  });
}

function addressOf({ NetworkSettings }: Container, wanted: string | undefined): string | undefined {
  const networks = NetworkSettings?.Networks ?? {};
  const known = wanted === undefined ? Object.values(networks) : [networks[wanted] ?? {}];
  for (const { IPAddress, GlobalIPv6Address } of known) {
    if (IPAddress || GlobalIPv6Address) return IPAddress || GlobalIPv6Address || undefined;
  }
  return undefined;
}

/** The one that the image exposes; with several the lowest. */
function portOf({ Ports }: Container): number | undefined {
  const ports = (Ports ?? []).flatMap(({ PrivatePort, Type }) => (Type === 'tcp' ? [PrivatePort] : []));
  return ports.length === 0 ? undefined : Math.min(...ports);
}
