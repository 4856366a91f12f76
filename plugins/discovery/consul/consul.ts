import { setTimeout } from 'node:timers/promises';
import { defineServiceDiscovery, type ServiceInstance, type ServiceQuery } from '@backplane/sdk';
import { ConsulApi } from './consul-api.ts';
import { readInstances } from './instances.ts';
import { isRegistered, registrationBody } from './registration.ts';
import { type Settings, settings } from './settings.ts';

export const consul = defineServiceDiscovery({
  name: 'consul',
  title: 'Consul',
  summary: 'Healthy instances from Consul, told as soon as they change.',
  docsUrl: 'https://developer.hashicorp.com/consul/api-docs/health',
  config: settings,
  uses: ['http'],
  open({ config, http }) {
    const api = new ConsulApi(http, config);
    return {
      async resolve(query, signal) {
        return (await ask(api, config, query, signal)).instances;
      },
      async *watch(query, signal) {
        let index: number | undefined;
        while (!signal.aborted) {
          const news = await ask(api, config, query, signal, index);
          // An index that goes back, or is missing, belongs to another history: the next question begins anew.
          const isReset = news.index === undefined || (index !== undefined && news.index < index);
          const isNews = index === undefined || news.index !== index;
          index = isReset ? undefined : news.index;
          if (isNews) yield news.instances;
          // Without an index nothing would hold the next question back.
          if (news.index === undefined)
            await setTimeout(1_000, undefined, { signal, ref: false }).catch(() => undefined);
        }
      },
      async register(registration, signal) {
        const body = registrationBody(registration, config.deregisterAfter);
        const path = `agent/service/${encodeURIComponent(registration.id)}`;
        const there = await api.get(path, new URLSearchParams(), signal);
        if (there.status === 200 && isRegistered(there.content, body)) return;
        if ((await api.put('agent/service/register', body, signal)) !== 200)
          throw new Error('the agent does not take registrations');
      },
      async deregister(id, signal) {
        // One that is not there any more is taken back already.
        await api.put(`agent/service/deregister/${encodeURIComponent(id)}`, undefined, signal);
      },
      async check(signal) {
        const { content } = await api.get('status/leader', new URLSearchParams(), signal);
        if (!content) throw new Error('the Consul cluster has no leader');
      },
    };
  },
});

async function ask(
  api: ConsulApi,
  { datacenter, wait, hosts }: Settings,
  { service, namespace, tags = [] }: ServiceQuery,
  signal: AbortSignal,
  index?: number,
): Promise<{ readonly instances: readonly ServiceInstance[]; readonly index: number | undefined }> {
  const query = new URLSearchParams({ passing: '1' });
  if (datacenter !== undefined) query.set('dc', datacenter);
  if (namespace !== undefined) query.set('ns', namespace);
  for (const tag of tags) query.append('tag', tag);
  if (index !== undefined) {
    query.set('index', String(index));
    query.set('wait', `${wait}ms`);
  }
  const path = `health/service/${encodeURIComponent(service)}`;
  const answer = await api.get(path, query, signal, index === undefined ? 0 : wait);
  return { instances: readInstances(answer.content ?? [], hosts), index: answer.index };
}
