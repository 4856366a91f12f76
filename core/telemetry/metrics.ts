import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The host's Prometheus metrics; `text()` is the answer of `/metrics`. */
export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  runEnded(status: 'completed' | 'failed' | 'cancelled', seconds: number): void;
  httpAnswered(route: string, method: string, status: number, seconds: number): void;
  /** Registers a number that is read when metrics are scraped. */
  observe(name: string, help: string, read: () => number): void;
}

const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 300];

export function createMetrics(): Metrics {
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
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    runEnded(status, seconds) {
      runs.inc({ status });
      runSeconds.observe(seconds);
    },
    httpAnswered: (route, method, status, seconds) =>
      requests.observe({ route, method, status: String(status) }, seconds),
    observe(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    },
  };
}
