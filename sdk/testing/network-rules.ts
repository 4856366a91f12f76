import type { HostRule } from '../host/network-allows.ts';

/** A manifest as it is written. */
export interface TestManifest {
  readonly capabilities?: Readonly<Record<string, unknown>>;
  readonly contributes?: Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}

/** The rules of a manifest; undefined without a manifest: then everything goes. */
export function networkRules(manifest: TestManifest | undefined): readonly HostRule[] | undefined {
  if (manifest === undefined) return undefined;
  const network = manifest.capabilities?.['network'];
  if (network === undefined) return [];
  if (!Array.isArray(network)) return [{ host: '*' }];
  return (network as readonly HostRule[]).map(({ host, methods }) => ({
    host: host.toLowerCase().replace(/:443$/, ''),
    ...(methods === undefined ? {} : { methods: methods.map((method) => method.toUpperCase()) }),
  }));
}
