import { INDEX_KEYS } from '@backplane/sdk/host';
import { type MountedKind, SHAPES } from '../contributions/shapes.ts';
import type { HostedPlugin } from '../lifecycle/hosted-plugin.ts';

/** Built-in plugins that bring nothing but actions. What is not an action is there from the start, not from the first use. */
export function loadsOnUse({ candidate, manifest }: HostedPlugin): boolean {
  if (candidate.origin.from !== 'builtin' || manifest === undefined) return false;
  return (Object.keys(SHAPES) as MountedKind[]).every((kind) => manifest.contributes[INDEX_KEYS[kind]].length === 0);
}
