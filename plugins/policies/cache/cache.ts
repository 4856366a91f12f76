import { defineGatewayPolicy } from '@backplane/sdk';
import { ocelotCache } from './ocelot-cache.ts';
import { regionVersion } from './region.ts';
import { rfcCache } from './rfc-cache.ts';
import { settings } from './settings.ts';

/** Bodies of requests up to here can be part of the key in Ocelot's mode. */
const HASHED_BYTES = 64 * 1024;

export const cache = defineGatewayPolicy({
  name: 'cache',
  title: 'Cache',
  summary: 'Keeps answers and gives them again, by the rules of HTTP or by those of Ocelot.',
  config: settings,
  phases: ['cache', 'attempt', 'responseHeaders', 'responseBody', 'log'],
  onFailure: 'open',
  protocols: ['http'],
  create({ config, shared, use, meters, now }) {
    const counter = meters.counter('gateway_cache_total', {
      help: 'Requests by what the cache had for them',
      labels: ['region', 'result'],
    });
    const region = config.region ?? use.id;
    const count = (result: string) => counter.add({ region, result });
    const version = regionVersion(shared, region, now);
    if (config.mode === 'native') return { ...rfcCache(config, version, now, count), body: { response: 'look' } };
    // A body that is no part of the key is not waited for.
    const request = config.contentHashing
      ? ({ buffer: { maxBytes: HASHED_BYTES, onOverflow: 'skip' } } as const)
      : 'none';
    return {
      ...ocelotCache(config, version, now, count),
      body: { request, response: 'look' },
      attempt: (_exchange, next) => next(),
      log: () => {},
    };
  },
});
