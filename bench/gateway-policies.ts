import { SignJWT } from 'jose';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { compare } from './compare.ts';
import { passing } from './gateway-bare.ts';
import { startNginx, startProxy } from './gateway-proxy.fixture.ts';
import { openHttpLoad } from './http-load.fixture.ts';

const SECRET = 'a secret of at least thirty-two characters';

/** What six policies cost that most gateways have on, and what fifteen that do nothing do. */
export const gatewayPolicies: Benchmark = {
  name: 'gateway-policies',
  mustReach:
    'JWT, rate limit, CORS, security headers, correlation id and metrics at least 0.8 × gateway-bare (the ratio here is time, so at most 1.25); fifteen policies that do nothing at most 2 µs a request',
  async run(): Promise<BenchmarkResult> {
    await using stack = new AsyncDisposableStack();
    const service = stack.use((await startNginx()) ?? (await startProxy('service', 0)));
    const load = stack.use(openHttpLoad());
    const token = await new SignJWT({ sub: 'ada' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(SECRET));
    const headers = `Authorization: Bearer ${token}\r\nOrigin: https://app.example.com\r\n`;
    const withPolicies = async (policies: string) =>
      passing(
        load,
        stack.use(await startProxy('gateway', service.port, { policies, secret: SECRET })),
        undefined,
        headers,
      );
    const figures = await compare({
      bare: await withPolicies('none'),
      six: await withPolicies('six'),
      idle: await withPolicies('fifteen idle'),
    });
    const idleMicros = figures.idle.cpuMicros - figures.bare.cpuMicros;
    const ratios = { 'gateway-bare': figures.six.cpuMicros / figures.bare.cpuMicros };
    return {
      ratios,
      figures: { ...figures, fifteenIdleMicros: idleMicros },
      reached: ratios['gateway-bare'] <= 1.25 && idleMicros <= 2,
    };
  },
};
