import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { SecureContext } from 'node:tls';
import { buildConnector } from 'undici';
import { raise } from '../errors/catalogue.ts';
import type { EgressGuard } from './egress-guard.ts';

/** How names become addresses; the system's resolver unless a test says otherwise. */
export type Resolve = (
  host: string,
  answer: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface ConnectorOptions {
  readonly guard: EgressGuard;
  readonly resolve?: Resolve;
  readonly secureContext: SecureContext;
  readonly verifyTls: boolean;
}

/** Opens connections, asking the guard about every address at the moment it is dialled. */
export function guardedConnector(options: ConnectorOptions): buildConnector.connector {
  const byPort = new Map<string, buildConnector.connector>();
  return (target, callback) => {
    let connector = byPort.get(target.port);
    if (connector === undefined) {
      if (byPort.size >= MAX_PORTS) byPort.clear();
      connector = connectorFor(Number(target.port || (target.protocol === 'https:' ? 443 : 80)), options);
      byPort.set(target.port, connector);
    }
    connector(target, callback);
  };
}

/** Each port has a connector of its own since rules may name ports; the bound keeps a port scan from filling memory. */
const MAX_PORTS = 256;

function connectorFor(port: number, options: ConnectorOptions): buildConnector.connector {
  return buildConnector({
    lookup: guardedLookup(port, options.guard, options.resolve ?? systemResolve),
    secureContext: options.secureContext,
    rejectUnauthorized: options.verifyTls,
    allowH2: false,
    timeout: 10_000,
  } as buildConnector.BuildOptions);
}

function systemResolve(host: string, answer: Parameters<Resolve>[1]): void {
  systemLookup(host, { all: true, order: 'verbatim' }, answer);
}

/** Answers with the permitted addresses only; with none left the connection fails as EGRESS_DENIED. */
function guardedLookup(port: number, guard: EgressGuard, resolve: Resolve): LookupFunction {
  return (host, wanted, callback) => {
    resolve(host, (error, found) => {
      if (error !== null) return callback(error, []);
      const usable = found.filter(({ family }) => !wanted.family || wanted.family === 0 || family === wanted.family);
      let reason: string | undefined;
      const permitted = usable.filter(({ address }) => {
        const refusal = guard.refusesAddress(host, port, address);
        reason ??= refusal;
        return refusal === undefined;
      });
      if (permitted.length === 0 && reason !== undefined) return callback(raise.EGRESS_DENIED({ host, reason }), []);
      if (permitted.length === 0) return callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), []);
      if (wanted.all === true) return callback(null, permitted);
      callback(null, permitted[0]!.address, permitted[0]!.family);
    });
  };
}
