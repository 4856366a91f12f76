import { createLogger, type LogLevel } from '../../telemetry/logger.ts';
import { GatewayWorker } from './gateway-worker.ts';
import { openPeer, type Peer } from './peer.ts';
import type { HostMethods, WorkerMethods } from './worker-contract.ts';

/** A process that serves requests of the gateway. Started by its host alone, over a channel; without its host it ends. */
const log = createLogger((process.argv[2] as LogLevel | undefined) ?? 'info').child({ worker: process.pid });
const end = () => {
  log.flush();
  process.exit();
};
process.on('disconnect', end);
// The host decides when: a terminal tells all processes at once.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (problem: unknown) =>
    log.error('something that a policy left behind failed', {
      problem: problem instanceof Error ? problem.stack : String(problem),
    }),
  );
}

let peer: Peer<HostMethods>;
const worker = new GatewayWorker(() => peer, log, end);
peer = openPeer<WorkerMethods, HostMethods>(
  {
    send: (message) => process.connected && process.send?.(message),
    onMessage: (listener) => void process.on('message', listener),
  },
  {
    start: (settings, configuration) => worker.start(settings, configuration),
    prepare: (configuration) => worker.prepare(configuration),
    commit: () => worker.commit(),
    discard: () => worker.discard(),
    targets: (upstream, targets) => worker.targets(upstream, targets),
    unhealthy: (upstream, targets) => worker.unhealthy(upstream, targets),
    service: (name, found) => worker.service(name, found),
    idleServices: () => worker.idleServices(),
    upstreams: () => worker.upstreams(),
    policies: () => worker.policies(),
    request: (id, call) => worker.request(id, call),
    giveUp: (id) => worker.giveUp(id),
    explain: (request) => worker.explain(request),
    check: (model) => worker.check(model),
    emptyCache: (region) => worker.emptyCache(region),
    metrics: () => worker.metrics(),
    ping: () => worker.ping(),
    stop: () => worker.stop(),
  },
);
