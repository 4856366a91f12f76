import { defineServiceDiscovery, type ServiceQuery } from '@backplane/sdk';
import { readContainers } from './containers.ts';
import { DockerApi } from './docker-api.ts';
import { settings } from './settings.ts';

const EVENTS = ['start', 'die', 'stop', 'kill', 'pause', 'unpause', 'health_status', 'destroy'];
const NETWORK_EVENTS = ['connect', 'disconnect'];

export const docker = defineServiceDiscovery({
  name: 'docker',
  title: 'Docker',
  summary: 'Running containers with a label, told as soon as they come and go.',
  docsUrl: 'https://docs.docker.com/reference/api/engine/',
  config: settings,
  open({ config }) {
    const api = new DockerApi(config);
    const resolve = async ({ service, tags = [] }: ServiceQuery, signal: AbortSignal) => {
      const filters = { label: [`${config.prefix}.service=${service}`], status: ['running'] };
      return readContainers(await api.get(`/containers/json?filters=${encoded(filters)}`, signal), tags, config);
    };
    return {
      resolve,
      async *watch(query, signal) {
        const filters = { type: ['container', 'network'], event: [...EVENTS, ...NETWORK_EVENTS] };
        // What an event means, the list says; the first line says that events are heard from now on.
        for await (const _ of api.lines(`/events?filters=${encoded(filters)}`, signal))
          yield await resolve(query, signal);
      },
      check: async (signal) => void (await api.get('/version', signal)),
    };
  },
});

function encoded(filters: object): string {
  return encodeURIComponent(JSON.stringify(filters));
}
