import { defineServiceDiscovery } from '@backplane/sdk';
import * as z from 'zod';

const instance = z.strictObject({ id: z.string(), host: z.string(), port: z.int().min(1).max(65_535) });

export const listed = defineServiceDiscovery({
  name: 'acme-listed',
  title: 'Listed services',
  summary: 'Services and their addresses from the configuration.',
  config: z.strictObject({ services: z.record(z.string(), z.array(instance)).default({}) }),
  open: ({ config }) => ({
    resolve: async ({ service }) => config.services[service] ?? [],
  }),
});
