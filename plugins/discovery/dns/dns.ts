import { Resolver } from 'node:dns/promises';
import { setTimeout } from 'node:timers/promises';
import { defineServiceDiscovery } from '@backplane/sdk';
import { resolveName } from './resolve-name.ts';
import { settings } from './settings.ts';

export const dns = defineServiceDiscovery({
  name: 'dns',
  title: 'DNS',
  summary: 'Addresses from A, AAAA and SRV records, asked again when their time is up.',
  config: settings,
  open({ config }) {
    const resolver = new Resolver({ timeout: config.timeout, tries: config.tries });
    if (config.servers.length > 0) resolver.setServers(config.servers);
    return {
      resolve: async ({ service }) => (await resolveName(resolver, service, config)).instances,
      async *watch({ service }, signal) {
        while (!signal.aborted) {
          const { instances, ttlMs } = await resolveName(resolver, service, config);
          yield instances;
          const waitMs = Math.max(config.minTtl, ttlMs);
          await setTimeout(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
        }
      },
      close: async () => resolver.cancel(),
    };
  },
});
