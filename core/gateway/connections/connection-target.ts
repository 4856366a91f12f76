import { isIP } from 'node:net';
import type { PoolModel, TargetModel } from '../model/upstream-model.ts';

/** Where connections go, and how. */
export interface ConnectionTarget {
  /** Without the brackets of IPv6. */
  readonly hostname: string;
  readonly port: number;
  /** What `Host` says where nobody else says it. */
  readonly hostHeader: string;
  readonly origin: string;
  readonly isSecure: boolean;
  /** The name that the certificate has to bear. */
  readonly serverName: string | undefined;
  readonly connections: number;
  readonly keepAliveMs: number;
  readonly connectTimeoutMs: number;
  readonly tls: TlsOptions;
}

interface TlsOptions {
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

type Address = Pick<TargetModel, 'scheme' | 'host' | 'port'>;

export function connectionTarget({ scheme, host, port }: Address, model: PoolModel): ConnectionTarget {
  const isSecure = scheme === 'https' || scheme === 'h2';
  const name = host.includes(':') ? `[${host}]` : host;
  const hostHeader = port === (isSecure ? 443 : 80) ? name : `${name}:${port}`;
  const { connections, keepAliveMs, connectTimeoutMs, tls } = model;
  return {
    hostname: host,
    port,
    hostHeader,
    origin: originOf({ scheme, host, port }),
    isSecure,
    serverName: tls?.serverName ?? (isIP(host) === 0 ? host : undefined),
    connections,
    keepAliveMs,
    connectTimeoutMs,
    tls: {
      ...(tls && {
        rejectUnauthorized: tls.verify,
        ...(tls.serverName !== undefined && { servername: tls.serverName }),
        ...(tls.authority !== undefined && { ca: tls.authority }),
        ...(tls.certificate !== undefined && { cert: tls.certificate }),
        ...(tls.key !== undefined && { key: tls.key }),
      }),
    },
  };
}

export function originOf({ scheme, host, port }: Address): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${scheme === 'https' || scheme === 'h2' ? 'https' : 'http'}://${name}:${port}`;
}
