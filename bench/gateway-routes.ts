import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { compare } from './compare.ts';
import { passing } from './gateway-bare.ts';
import { startNginx, startProxy } from './gateway-proxy.fixture.ts';
import { openHttpLoad } from './http-load.fixture.ts';

/** How the number of routes tells on a request. */
export const gatewayRoutes: Benchmark = {
  name: 'gateway-routes',
  mustReach: '1,000 and 10,000 routes at least 0.97 × ten (the ratios here are times, so at most 1.03)',
  async run(): Promise<BenchmarkResult> {
    await using stack = new AsyncDisposableStack();
    const service = stack.use((await startNginx()) ?? (await startProxy('service', 0)));
    const load = stack.use(openHttpLoad());
    const withRoutes = async (routes: number) =>
      passing(load, stack.use(await startProxy('gateway', service.port, { routes })), `/services/${routes - 1}/a?b=c`);
    const figures = await compare({
      ten: await withRoutes(10),
      thousand: await withRoutes(1_000),
      tenThousand: await withRoutes(10_000),
    });
    const ratios = {
      'ten (1,000 routes)': figures.thousand.cpuMicros / figures.ten.cpuMicros,
      'ten (10,000 routes)': figures.tenThousand.cpuMicros / figures.ten.cpuMicros,
    };
    return { ratios, figures, reached: Object.values(ratios).every((ratio) => ratio <= 1.03) };
  },
};
