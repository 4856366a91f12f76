import { createRequire } from 'node:module';
import type * as PromClient from 'prom-client';
import { EdgeRuns } from './edge-runs.ts';

/** The host's Prometheus metrics; `text()` is the answer of `/metrics`. */
export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  /** What is counted elsewhere, in the same format, stands behind the host's own from now on. */
  include(text: () => Promise<string>): void;
  runEnded(status: 'completed' | 'failed' | 'cancelled', seconds: number): void;
  /** Refused: its workflow had as many runs as it allows. */
  runSkipped(): void;
  runsRemoved(runs: number, blobs: number): void;
  notified(outcome: 'delivered' | 'failed' | 'dead'): void;
  httpAnswered(route: string, method: string, status: number, seconds: number): void;
  edgeRunStarted(workflow: string): void;
  edgeRunEnded(workflow: string, status: 'completed' | 'failed' | 'cancelled', seconds: number): void;
}

const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 300];

const require = createRequire(import.meta.url);

/** Its library is loaded when there is something to count: the host gets ready without it. */
export function createMetrics(): Metrics {
  let made: Meters | undefined;
  const edgeRuns = new EdgeRuns();
  const included: (() => Promise<string>)[] = [];
  const meters = () => (made ??= createMeters(require('prom-client') as typeof PromClient, edgeRuns));
  return {
    get contentType() {
      return meters().registry.contentType;
    },
    async text() {
      const own = await meters().registry.metrics();
      const others = await Promise.all(included.map((one) => one()));
      return [own, ...others.filter((one) => one !== '')].join('\n');
    },
    include: (text) => void included.push(text),
    runEnded(status, seconds) {
      const { runs, runSeconds } = meters();
      runs.inc({ status });
      runSeconds.observe(seconds);
    },
    runSkipped: () => meters().runsSkipped.inc(),
    runsRemoved(runs, blobs) {
      const { removedRuns, removedBlobs } = meters();
      removedRuns.inc(runs);
      removedBlobs.inc(blobs);
    },
    notified: (outcome) => meters().notifications.inc({ outcome }),
    httpAnswered: (route, method, status, seconds) =>
      meters().requests.observe({ route, method, status: String(status) }, seconds),
    edgeRunStarted: (workflow) => edgeRuns.started(workflow),
    edgeRunEnded: (workflow, status, seconds) => edgeRuns.ended(workflow, status, seconds),
  };
}

type Meters = ReturnType<typeof createMeters>;

function createMeters(client: typeof PromClient, edgeRuns: EdgeRuns) {
  const { Counter, collectDefaultMetrics, Histogram, Registry } = client;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const runs = new Counter({
    name: 'backplane_runs_total',
    help: 'Runs that ended, by status.',
    labelNames: ['status'],
    registers,
  });
  const runsSkipped = new Counter({
    name: 'backplane_runs_skipped_total',
    help: 'Runs refused because their workflow had as many as it allows.',
    registers,
  });
  const runSeconds = new Histogram({
    name: 'backplane_run_duration_seconds',
    help: 'From accepted to ended.',
    buckets: SECONDS,
    registers,
  });
  const removedRuns = new Counter({
    name: 'backplane_retention_runs_total',
    help: 'Ended runs that were deleted because they had been kept long enough.',
    registers,
  });
  const removedBlobs = new Counter({
    name: 'backplane_retention_blobs_total',
    help: 'Large values that were deleted because nothing referred to them any more.',
    registers,
  });
  const notifications = new Counter({
    name: 'backplane_notifications_total',
    help: 'Tried deliveries of notifications, by outcome; `dead` will not be tried again.',
    labelNames: ['outcome'],
    registers,
  });
  const requests = new Histogram({
    name: 'backplane_http_request_duration_seconds',
    help: 'Requests answered, by route pattern, method and status.',
    labelNames: ['route', 'method', 'status'],
    buckets: SECONDS,
    registers,
  });
  edgeRuns.register(client, registry);
  return { registry, runs, runsSkipped, runSeconds, removedRuns, removedBlobs, notifications, requests };
}
