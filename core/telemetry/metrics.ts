import { createRequire } from 'node:module';
import type * as PromClient from 'prom-client';

/** The host's Prometheus metrics; `text()` is the answer of `/metrics`. */
export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  runEnded(status: 'completed' | 'failed' | 'cancelled', seconds: number): void;
  httpAnswered(route: string, method: string, status: number, seconds: number): void;
}

const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 300];

const require = createRequire(import.meta.url);

/** Its library is loaded when there is something to count: the host gets ready without it. */
export function createMetrics(): Metrics {
  let made: Meters | undefined;
  const meters = () => (made ??= createMeters(require('prom-client') as typeof PromClient));
  return {
    get contentType() {
      return meters().registry.contentType;
    },
    text: () => meters().registry.metrics(),
    runEnded(status, seconds) {
      const { runs, runSeconds } = meters();
      runs.inc({ status });
      runSeconds.observe(seconds);
    },
    httpAnswered: (route, method, status, seconds) =>
      meters().requests.observe({ route, method, status: String(status) }, seconds),
  };
}

type Meters = ReturnType<typeof createMeters>;

function createMeters({ Counter, collectDefaultMetrics, Histogram, Registry }: typeof PromClient) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const runs = new Counter({
    name: 'backplane_runs_total',
    help: 'Runs that ended, by status.',
    labelNames: ['status'],
    registers,
  });
  const runSeconds = new Histogram({
    name: 'backplane_run_duration_seconds',
    help: 'From accepted to ended.',
    buckets: SECONDS,
    registers,
  });
  const requests = new Histogram({
    name: 'backplane_http_request_duration_seconds',
    help: 'Requests answered, by route pattern, method and status.',
    labelNames: ['route', 'method', 'status'],
    buckets: SECONDS,
    registers,
  });
  return { registry, runs, runSeconds, requests };
}
