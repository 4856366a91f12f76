import type { PortName } from '@backplane/sdk';

/** What a manifest can ask for. Each entry says why, in words for the person who decides. */
export const CAPABILITIES = ['network', 'scripts', 'kv', 'workflows', 'secrets'] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** The capability that a port needs. `expressions` needs none: it only computes. */
export const CAPABILITY_OF: Readonly<Record<PortName, Capability | undefined>> = {
  http: 'network',
  scripts: 'scripts',
  kv: 'kv',
  workflows: 'workflows',
  secrets: 'secrets',
  expressions: undefined,
};
