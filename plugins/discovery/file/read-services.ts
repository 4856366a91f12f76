import { readFile } from 'node:fs/promises';
import type { ServiceInstance, ServiceQuery } from '@backplane/sdk';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Services, services } from './settings.ts';

/** Rejects with what is wrong with the file. */
export async function readServices(path: string): Promise<Services> {
  const content: unknown = parse(await readFile(path, 'utf8'));
  // Whoever writes a file in place empties it first.
  if (content === null) throw new Error('it is empty; `{}` says that there are no services');
  const parsed = services.safeParse(content);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}

export function instancesIn(all: Services, { service, tags = [] }: ServiceQuery): readonly ServiceInstance[] {
  return (Object.hasOwn(all, service) ? all[service]! : [])
    .filter((instance) => tags.every((tag) => instance.tags.includes(tag)))
    .map(({ id, scheme, ...rest }) => ({
      ...rest,
      id: id ?? `${rest.host}:${rest.port}`,
      ...(scheme !== undefined && { scheme }),
    }));
}
