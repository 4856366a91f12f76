import { createRequire } from 'node:module';
import type { Meters } from '@backplane/sdk';
import type * as PromClient from 'prom-client';

const require = createRequire(import.meta.url);

export interface PromMeters {
  readonly meters: Meters;
  /** To be added up with that of other workers. */
  json(): Promise<unknown>;
}

/** The meters of all policies of a worker. The same name is the same meter; its first description counts. */
export function createPromMeters(): PromMeters {
  const { Counter, Gauge, Histogram, Registry } = require('prom-client') as typeof PromClient;
  const registry = new Registry();
  const registers = [registry];
  const known = <T>(name: string, make: () => T): T => (registry.getSingleMetric(name) as T | undefined) ?? make();
  return {
    json: () => registry.getMetricsAsJSON(),
    meters: {
      counter(name, { help, labels: labelNames }) {
        const meter = known(name, () => new Counter({ name, help, labelNames: [...labelNames], registers }));
        return { add: (labels, amount = 1) => meter.inc({ ...labels }, amount) };
      },
      gauge(name, { help, labels: labelNames }) {
        const meter = known(name, () => new Gauge({ name, help, labelNames: [...labelNames], registers }));
        return {
          set: (labels, value) => meter.set({ ...labels }, value),
          add: (labels, amount) => meter.inc({ ...labels }, amount),
        };
      },
      histogram(name, { help, labels: labelNames, buckets }) {
        const make = () => new Histogram({ name, help, labelNames: [...labelNames], buckets: [...buckets], registers });
        const meter = known(name, make);
        return { observe: (labels, value) => meter.observe({ ...labels }, value) };
      },
    },
  };
}
