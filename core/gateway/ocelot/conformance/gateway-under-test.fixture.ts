import { Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import type { GatewayPolicy } from '@backplane/sdk';
import { startGateway, startUpstream } from '../../gateway.fixture.ts';
import type { PolicyUse } from '../../model/policy-use.ts';
import { importOcelot, type OcelotImportOptions } from '../import-ocelot.ts';

export interface Sent {
  readonly send: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

export interface Got {
  readonly status: number;
  readonly reason: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Seen {
  readonly at: string;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  readonly never?: boolean;
}

/** Two services, `A` and `B`, that write down what they see. */
export async function startServices(answerOf: (seen: Seen) => Answer) {
  const seen: Seen[] = [];
  const start = (at: string) =>
    startUpstream((incoming, response) => {
      const pieces: Buffer[] = [];
      incoming.on('data', (piece) => pieces.push(piece));
      incoming.on('end', () => {
        const { method = '', url = '', headers } = incoming;
        const one = { at, method, url, headers, body: Buffer.concat(pieces).toString() };
        seen.push(one);
        const { status = 200, reason, headers: own = {}, body = '', never } = answerOf(one);
        if (never) return;
        response.writeHead(status, reason, own as OutgoingHttpHeaders);
        response.end(body);
      });
    });
  const services = { A: await start('A'), B: await start('B') };
  return {
    seen,
    portOf: (at: string) => services[at as 'A' | 'B'].port,
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(services).map((service) => service[Symbol.asyncDispose]()));
    },
  };
}

type Services = Awaited<ReturnType<typeof startServices>>;

/** Routes as a case says them; hosts may be `A` and `B`, and the rest that a route needs is filled in. */
export function routesOf(services: Services, routes: readonly Readonly<Record<string, unknown>>[]): unknown[] {
  return routes.map((route) => {
    const hosts = (route['DownstreamHostAndPorts'] as readonly unknown[] | undefined) ?? ['A'];
    return {
      DownstreamScheme: 'http',
      ...route,
      DownstreamHostAndPorts: hosts.map((host) =>
        typeof host === 'string' ? { Host: '127.0.0.1', Port: services.portOf(host) } : host,
      ),
    };
  });
}

export async function startImported(
  file: unknown,
  policies: readonly GatewayPolicy[] = [],
  options: OcelotImportOptions = {},
  common: readonly PolicyUse[] = [],
) {
  const { model, findings } = importOcelot([{ name: 'ocelot.json', text: JSON.stringify(file) }], options);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  return startGateway({ ...model, policies: common }, policies);
}

/** Ports are never used twice, so connections may be kept for all tests. */
const agent = new Agent({ keepAlive: true });

/** As a client sends it; the path is not changed on its way. */
export function exchange(port: number, { send, headers = {}, body }: Sent, localAddress?: string): Promise<Got> {
  const [method, path] = send.split(' ') as [string, string];
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, host: '127.0.0.1', method, path, headers, agent, localAddress }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          reason: response.statusMessage!,
          headers: response.headers,
          body: Buffer.concat(pieces).toString(),
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
