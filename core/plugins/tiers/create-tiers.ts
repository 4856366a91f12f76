import { availableParallelism } from 'node:os';
import { isolateCommand } from './isolate/isolate-command.ts';
import { processCommand } from './process/process-command.ts';
import type { RemoteOptions } from './remote/remote-plugin.ts';
import { createRemoteTier } from './remote/remote-tier.ts';
import type { Tier, TierLimits, TierName } from './tier.ts';
import { createTrustedTier } from './trusted-tier.ts';
import { Turns } from './turns.ts';

/** What a plugin may use that nobody has said otherwise for. */
export const DEFAULT_TIER_LIMITS: TierLimits = {
  wallMs: 120_000,
  memoryMb: 256,
  outputChars: 16 * 1024 * 1024,
  hostCalls: 1000,
  logLines: 1000,
};

/** All places where plugin code can run. Dispose each; processes that are left end with the host. */
export function createTiers(options: RemoteOptions): Readonly<Record<TierName, Tier>> {
  // More processes that begin at once than there are cores share them, and all of them would miss their deadline.
  const turns = new Turns(Math.max(2, availableParallelism()));
  return {
    trusted: createTrustedTier(),
    process: createRemoteTier('process', processCommand, { ...options, turns }),
    isolate: createRemoteTier('isolate', isolateCommand, { ...options, turns }),
  };
}
