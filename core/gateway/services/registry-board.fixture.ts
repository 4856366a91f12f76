import { consul } from '../../../plugins/discovery/consul/consul.ts';
import { fetchHttp, startConsul } from '../../../plugins/discovery/consul/consul-server.fixture.ts';
import { kubernetes } from '../../../plugins/discovery/kubernetes/kubernetes.ts';
import { ContributionBoard, type MountOwner } from '../../plugins/contributions/contribution-board.ts';
import { SILENT } from '../gateway.fixture.ts';

/** A board with the plugins for Consul and Kubernetes on it, and an agent that speaks Consul's protocol. */
export async function registryBoard(token?: string) {
  const server = await startConsul(token);
  const board = new ContributionBoard();
  const value = {
    ...consul,
    uses: [],
    open: (context: object) => consul.open({ ...context, http: fetchHttp } as never),
  };
  const owner = { id: 'discovery-consul', log: SILENT, signal: new AbortController().signal, ports: {} };
  board.post(owner as unknown as MountOwner, [{ kind: 'service-discovery', value: value as never }]);
  const kube = { ...kubernetes, uses: [] };
  board.post({ ...owner, id: 'discovery-kubernetes' } as unknown as MountOwner, [
    { kind: 'service-discovery', value: kube as never },
  ]);
  const { port, hostname } = new URL(server.address);
  return {
    server,
    plugins: { board, bring: async (use: string) => `discovery-${use}` },
    /** As an Ocelot file names it. */
    provider: { Type: 'Consul', Scheme: 'http', Host: hostname, Port: Number(port), ...(token && { Token: token }) },
    /** Instances of a service on ports of this machine. */
    set(service: string, ...ports: readonly number[]) {
      const entries = ports.map((at) => ({
        Node: { Node: 'node-1', Address: '127.0.0.9' },
        Service: { ID: `${service}-${at}`, Address: '127.0.0.1', Port: at, Tags: [], Meta: {} },
      }));
      server.set(service, entries);
    },
    /** Names that the registry was asked for, each time without waiting for news. */
    lookups: () =>
      server.asked
        .filter(({ pathname, searchParams }) => pathname.includes('/health/service/') && !searchParams.has('index'))
        .map(({ pathname }) => decodeURIComponent(pathname.split('/').at(-1)!)),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
