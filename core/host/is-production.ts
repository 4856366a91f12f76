import type { HostConfig } from '../config/host-config.ts';

/** Whether people depend on this host: as configured, else as NODE_ENV says. */
export function isProduction({ environment }: HostConfig['server']): boolean {
  return (environment ?? process.env['NODE_ENV']) === 'production';
}
