import type { HostConfig } from './host-config.ts';

/** The secrets of the configuration: name → key → value. */
export function configuredSecrets({ secrets }: HostConfig): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const { keys: _keys, stores: _stores, ...named } = secrets;
  return named;
}
