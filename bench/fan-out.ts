import { cpuMs, residentBytes } from '../core/sandbox/pool/process-usage.ts';
import type { Benchmark } from './benchmark.ts';
import { type HostProcess, openHost } from './host-process.fixture.ts';

const ITEMS = 10_000;
const STREAMS = 2_048;
const LIMIT_MB = 150;
const SAMPLE_MS = 20;

/** An item as it may come out of a list of findings; `for_each` holds what goes in and what comes out. */
const forEach = `title: Each
actions:
  - ref: each
    action: core.transform.reshape
    for_each: "\${{ for var.n in TRIGGER }}"
    for_each_concurrency: 64
    args: {value: {number: "\${{ var.n }}", text: "finding \${{ var.n }} of a scan"}}
returns: \${{ FN.length(ACTIONS.each.result) }}
`;

const scatter = `title: Scatter
actions:
  - {ref: split, action: core.transform.scatter, args: {collection: "\${{ TRIGGER }}"}}
  - {ref: work, action: core.transform.reshape, depends_on: [split], args: {value: "\${{ ACTIONS.split.result }}"}}
  - {ref: join, action: core.transform.gather, depends_on: [work], args: {items: "\${{ ACTIONS.work.result }}"}}
returns: \${{ FN.length(ACTIONS.join.result) }}
`;

interface Measured {
  /** Resident memory at its highest, above the idle host. */
  readonly megabytes: number;
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** One run on a host that has done nothing yet: memory that an earlier run left behind would hide what this one needs. */
async function measure(source: string, count: number): Promise<Measured> {
  await using host = await openHost();
  await host.api('POST', '/workflows', { alias: 'fan', source });
  await runOnce(host, 10);
  const idle = residentBytes(host.pid) ?? Number.NaN;
  let highest = idle;
  const timer = setInterval(() => {
    highest = Math.max(highest, residentBytes(host.pid) ?? 0);
  }, SAMPLE_MS);
  const cpu = cpuMs(host.pid) ?? Number.NaN;
  const start = performance.now();
  await runOnce(host, count);
  clearInterval(timer);
  const spent = (cpuMs(host.pid) ?? Number.NaN) - cpu;
  return { megabytes: (highest - idle) / 2 ** 20, wallMs: performance.now() - start, cpuMs: spent };
}

async function runOnce(host: HostProcess, count: number): Promise<void> {
  const result = await host.api('POST', '/workflows/fan/runs?wait=result', {
    input: Array.from({ length: count }, (_, i) => i),
  });
  if (result !== count) throw new Error(`the run gave ${JSON.stringify(result)} instead of ${count}`);
}

/** `for_each` over 10,000 items and over half of them, and a scatter of 2,048 streams, each in a host of its own. Linux only. */
export const fanOut: Benchmark = {
  name: 'fan-out',
  mustReach: `${ITEMS} items within ${LIMIT_MB} MB above the idle host, and no more than linear in items`,
  async run() {
    const all = await measure(forEach, ITEMS);
    const half = await measure(forEach, ITEMS / 2);
    const streams = await measure(scatter, STREAMS);
    // What the heap takes on before it is swept first does not depend on the items: twice as many may not need more than twice.
    const growth = all.megabytes / half.megabytes;
    return {
      ratios: {
        [`${LIMIT_MB} MB (for_each)`]: all.megabytes / LIMIT_MB,
        [`${LIMIT_MB} MB (scatter)`]: streams.megabytes / LIMIT_MB,
        'half as many items, in memory': growth,
      },
      figures: { forEach: all, forEachHalf: half, scatter: streams, items: ITEMS, streams: STREAMS },
      reached: all.megabytes < LIMIT_MB && streams.megabytes < LIMIT_MB && growth < 2.2,
    };
  },
};
