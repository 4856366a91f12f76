import type { ServiceInstance } from '@backplane/sdk';
import type { TargetModel } from '../model/upstream-model.ts';

/** Where an instance is asked. Undefined for what is no address: registries hold what anybody has written there. */
export function instanceTarget(
  { host, port, scheme, weight = 1, metadata = {}, tags = [] }: ServiceInstance,
  wanted: TargetModel['scheme'],
): TargetModel | undefined {
  if (typeof host !== 'string' || !/^[\w.:-]+$/.test(host)) return undefined;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return undefined;
  if (typeof weight !== 'number' || !(weight >= 0) || !Number.isFinite(weight)) return undefined;
  // A registry knows whether there is TLS; only the administrator knows that HTTP/2 is spoken.
  const isSecure = scheme === undefined ? wanted === 'https' || wanted === 'h2' : scheme === 'https';
  const speaks = wanted === 'h2' || wanted === 'h2c' ? (isSecure ? 'h2' : 'h2c') : isSecure ? 'https' : 'http';
  return {
    scheme: speaks,
    host,
    port,
    weight,
    metadata: tags.length === 0 ? metadata : { ...metadata, tags: tags.join(',') },
  };
}
