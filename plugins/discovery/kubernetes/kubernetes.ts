import { defineServiceDiscovery, type ServiceQuery } from '@backplane/sdk';
import { ApiServer } from './api-server.ts';
import { instancesOf } from './endpoint-slice.ts';
import { settings } from './settings.ts';
import { listSlices, watchSlices } from './watch-slices.ts';

export const kubernetes = defineServiceDiscovery({
  name: 'kubernetes',
  title: 'Kubernetes',
  summary: 'Ready endpoints of the services of a cluster, told as soon as they change.',
  docsUrl: 'https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/',
  config: settings,
  open({ config }) {
    const server = new ApiServer(config);
    return {
      async resolve(query, signal) {
        const { path, port } = await question(server, query);
        return instancesOf((await listSlices(server, path, signal)).slices.values(), port);
      },
      async *watch(query, signal) {
        const { path, port } = await question(server, query);
        for await (const slices of watchSlices(server, path, signal)) yield instancesOf(slices.values(), port);
      },
      check: async (signal) => void (await server.get('/version', signal)),
    };
  },
});

/** `orders`, or with the name or number of a port: `orders:http`. Tags are labels of slices: `NAME=VALUE`. */
async function question(server: ApiServer, { service, namespace, tags = [] }: ServiceQuery) {
  const [name = service, port] = service.split(':');
  const space = namespace ?? (await server.namespace());
  const labels = [`kubernetes.io/service-name=${name}`, ...tags].join(',');
  const path = `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(space)}/endpointslices?labelSelector=${encodeURIComponent(labels)}`;
  return { path, port };
}
