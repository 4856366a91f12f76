import type { Gateway, GatewayRequest, HttpReply, HttpRequest } from '@backplane/sdk';
import { z } from 'zod';
import { raise } from '../../../errors/catalogue.ts';
import type { HostCallMessage } from '../wire.ts';

/** Everything of the host that can be asked for from outside. What an action computes with by itself is not among it. */
const METHODS: Readonly<Record<string, readonly string[]>> = {
  http: ['send'],
  connections: ['send'],
  kv: ['get', 'set', 'setIfAbsent', 'delete'],
  scripts: ['run'],
  workflows: ['start', 'status', 'wait', 'list', 'get'],
  gateway: ['request'],
  deps: ['call'],
};

const httpRequest = z.object({
  url: z.string(),
  method: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  timeoutMs: z.number().positive().optional(),
  followRedirects: z.boolean().optional(),
  maxRedirects: z.int().nonnegative().max(50).optional(),
  verifyTls: z.boolean().optional(),
  clientCertificate: z.object({ cert: z.string(), key: z.string() }).optional(),
  certificateAuthority: z.string().optional(),
  maxResponseBytes: z.int().positive().optional(),
});

const gatewayRequest = z.object({
  upstream: z.string(),
  method: z.string().optional(),
  path: z.string(),
  headers: z.record(z.string(), z.string()).optional(),
  timeoutMs: z.number().positive().optional(),
});

const scriptRequest = z.object({
  language: z.enum(['javascript', 'typescript', 'python']),
  source: z.string(),
  inputs: z.record(z.string(), z.unknown()),
  env: z.record(z.string(), z.string()).optional(),
  limits: z.partialRecord(z.enum(['wallMs', 'cpuMs', 'memoryMb', 'outputBytes']), z.number()).optional(),
});

export interface HostAnswer {
  readonly value: unknown;
  readonly body?: Uint8Array;
}

type Ports = Readonly<Record<string, unknown>>;
type Sender = { send(request: HttpRequest): Promise<HttpReply> };

/**
 * Does what a call asks of the host. `ports` are what this very call was given, so what is neither declared nor granted is not there,
 * whatever is asked for. Throws PLUGIN_PORT_REFUSED, PLUGIN_PROTOCOL, or what the port throws.
 */
export async function serveHostCall(
  plugin: string,
  ports: Ports,
  { port, method, args }: HostCallMessage,
  body: Uint8Array | undefined,
  signal: AbortSignal,
): Promise<HostAnswer> {
  const own = Object.hasOwn(ports, port) ? (ports[port] as object) : undefined;
  if (own === undefined || !Object.hasOwn(METHODS, port) || !METHODS[port]!.includes(method))
    throw raise.PLUGIN_PORT_REFUSED({ plugin, port: `${port}.${method}` });
  const asked = <T>(schema: z.ZodType<T>, value: unknown): T => {
    const read = schema.safeParse(value);
    if (read.success) return read.data;
    throw raise.PLUGIN_PROTOCOL({ plugin, problem: `a request to \`${port}\` that makes no sense` });
  };
  const send = async (sender: Sender, claim: unknown) => {
    const request = asked(httpRequest, claim) as HttpRequest;
    const reply = await sender.send({ ...request, ...(body === undefined ? {} : { body }), signal });
    const { body: bytes, ...value } = reply;
    return { value, body: bytes };
  };
  if (port === 'http') return send(own as Sender, args[0]);
  if (port === 'connections') {
    const slot = typeof args[0] === 'string' && Object.hasOwn(own, args[0]) ? (own as Ports)[args[0]] : undefined;
    if (slot === undefined) throw raise.PLUGIN_PORT_REFUSED({ plugin, port: 'connections' });
    return send(slot as Sender, args[1]);
  }
  if (port === 'gateway') {
    const request = asked(gatewayRequest, args[0]) as GatewayRequest;
    const reply = await (own as Gateway).request({ ...request, ...(body === undefined ? {} : { body }), signal });
    const { body: bytes, ...value } = reply;
    return { value, body: bytes };
  }
  if (port === 'scripts') {
    const request = asked(scriptRequest, args[0]);
    const { run } = own as { run(request: object): Promise<unknown> };
    return { value: await run.call(own, { ...request, signal }) };
  }
  if (port === 'deps') {
    const [name, named, input] = args;
    const client = typeof name === 'string' && Object.hasOwn(own, name) ? (own as Ports)[name] : undefined;
    if (client === undefined || typeof named !== 'string') throw raise.PLUGIN_PORT_REFUSED({ plugin, port: 'deps' });
    const run = (client as Record<string, (input: unknown, options: object) => Promise<unknown>>)[named]!;
    return { value: await run(input, { signal }) };
  }
  const [first, ...rest] = args;
  const named = asked(z.unknown(), first);
  const call = (own as Record<string, (...args: unknown[]) => Promise<unknown>>)[method]!;
  return { value: await call.call(own, named, ...rest) };
}
