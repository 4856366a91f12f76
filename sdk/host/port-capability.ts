import type { PortName } from '../ports/ports.ts';

/** What a manifest can ask for. */
export const CAPABILITIES = [
  'network',
  'connections',
  'secrets',
  'kv',
  'files',
  'events',
  'routes',
  'database',
  'scripts',
  'workflows',
  'gateway',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** The capability that a port needs. `expressions` needs none: it only computes. */
export const CAPABILITY_OF: Readonly<Record<PortName, Capability | undefined>> = {
  http: 'network',
  scripts: 'scripts',
  kv: 'kv',
  workflows: 'workflows',
  gateway: 'gateway',
  files: 'files',
  events: 'events',
  database: 'database',
  secrets: 'secrets',
  expressions: undefined,
};
