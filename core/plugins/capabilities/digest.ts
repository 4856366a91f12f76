import { createHash } from 'node:crypto';
import { atomsOf } from './atom.ts';
import { canonicalCapabilities } from './canonical.ts';
import type { Capabilities } from './capabilities.ts';

/** `sha256-…` (base64) of what is asked for, whatever its order, spelling and reasons: equal exactly when the diff is `same` or `reasons`. */
export function capabilityDigest(capabilities: Capabilities): string {
  const lines = atomsOf(canonicalCapabilities(capabilities)).map(({ capability, target, right }) =>
    JSON.stringify([capability, target, right]),
  );
  return `sha256-${createHash('sha256').update(lines.sort().join('\n')).digest('base64')}`;
}
