import { cpuMs } from '../core/sandbox/pool/process-usage.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { type Contender, compare, type Figure } from './compare.ts';
import { NGINX_MISSING, type ProxyProcess, startNginx, startProxy } from './gateway-proxy.fixture.ts';
import { type HttpLoad, openHttpLoad } from './http-load.fixture.ts';

const CONNECTIONS = 64;
const REQUESTS = 20_000;

/** A contender that passes requests on; its processor time is what counts, since load and service share the other core. */
export function passing(
  load: HttpLoad,
  { pid, port }: ProxyProcess,
  path = '/services/0/a?b=c',
  headers = '',
): Contender {
  return {
    operations: REQUESTS,
    cpuMs: () => cpuMs(pid) ?? Number.NaN,
    run: () =>
      load.send({
        port,
        request: `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\nUser-Agent: bench\r\n${headers}\r\n`,
        connections: CONNECTIONS,
        requests: REQUESTS,
        status: 'HTTP/1.1 200',
        holds: 'xxxx',
      }),
  };
}

type Name = 'gateway' | 'bare' | 'fastify' | 'httpProxy' | 'nginx';

/** One route, no policy, one worker. */
export const gatewayBare: Benchmark = {
  name: 'gateway-bare',
  mustReach:
    'at least 0.95 × a 20-line node:http + undici proxy, 2 × @fastify/http-proxy and http-proxy-3, 0.5 × nginx (requests per second of processor time; the ratios here are times, so at most 1.05, 0.5, 0.5 and 2)',
  async run(): Promise<BenchmarkResult> {
    await using stack = new AsyncDisposableStack();
    const service = stack.use((await startNginx()) ?? (await startProxy('service', 0)));
    const load = stack.use(openHttpLoad());
    const missing: string[] = [];
    const contenders: Partial<Record<Name, Contender>> = {};
    for (const name of ['gateway', 'bare', 'fastify', 'httpProxy'] as const) {
      try {
        contenders[name] = passing(load, stack.use(await startProxy(name, service.port)));
      } catch {
        missing.push(`${name}: could not be started`);
      }
    }
    const nginx = await startNginx(service.port);
    if (nginx === undefined) missing.push(NGINX_MISSING);
    else contenders.nginx = passing(load, stack.use(nginx));
    const figures: Partial<Record<Name, Figure>> = await compare(contenders as Record<Name, Contender>);
    const ratio = (peer: Name) => figures.gateway!.cpuMicros / (figures[peer]?.cpuMicros ?? Number.NaN);
    const ratios = {
      'a 20-line proxy': ratio('bare'),
      '@fastify/http-proxy': ratio('fastify'),
      'http-proxy-3': ratio('httpProxy'),
      nginx: ratio('nginx'),
    };
    return {
      ratios,
      figures: { ...figures, connections: CONNECTIONS },
      ...(missing.length > 0
        ? { missing }
        : {
            reached:
              ratios['a 20-line proxy'] <= 1.05 &&
              ratios['@fastify/http-proxy'] <= 0.5 &&
              ratios['http-proxy-3'] <= 0.5 &&
              ratios.nginx <= 2,
          }),
    };
  },
};
