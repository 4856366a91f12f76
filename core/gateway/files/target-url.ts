import type { TargetModel } from '../model/upstream-model.ts';

const PORTS = { http: 80, https: 443, h2c: 80, h2: 443 } as const;

/** `http://10.0.0.7:8080`, `https://api.example.com`, `h2c://orders:50051`. Undefined for anything else, also for URLs with a path: that is what `rewrite` is for. */
export function targetUrl(text: string): Pick<TargetModel, 'scheme' | 'host' | 'port'> | undefined {
  const found = /^(https?|h2c?|wss?|grpcs?):\/\/(\[[0-9a-fA-F:.]+\]|[^\s/:?#@[\]]+)(?::(\d{1,5}))?\/?$/.exec(text);
  if (found === null) return undefined;
  const [, written = '', name = '', port] = found;
  const scheme = SCHEMES[written as keyof typeof SCHEMES];
  const number = port === undefined ? PORTS[scheme] : Number(port);
  if (number < 1 || number > 65_535) return undefined;
  return { scheme, host: name.replace(/^\[|\]$/g, ''), port: number };
}

/** WebSockets begin as HTTP; gRPC is HTTP/2. */
const SCHEMES = {
  http: 'http',
  https: 'https',
  ws: 'http',
  wss: 'https',
  h2: 'h2',
  h2c: 'h2c',
  grpc: 'h2c',
  grpcs: 'h2',
} as const;
