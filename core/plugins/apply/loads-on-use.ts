import { INDEX_KEYS } from '@backplane/sdk/host';
import { type MountedKind, SHAPES } from '../contributions/shapes.ts';
import type { HostedPlugin } from '../lifecycle/hosted-plugin.ts';
import type { Manifest } from '../manifest/manifest-schema.ts';

/** Built-in plugins that bring nothing but actions: what a manifest says is enough until one of them is called. */
export function loadsOnUse({ candidate, manifest }: HostedPlugin): boolean {
  return candidate.origin.from === 'builtin' && manifest !== undefined && bringsOnlyActions(manifest);
}

/** The same for fetched ones that came up before as they are now. Those that the host needs are loaded, to know at once. */
export function mayWaitForUse({ candidate, manifest }: HostedPlugin): boolean {
  return candidate.setting?.required !== true && manifest !== undefined && bringsOnlyActions(manifest);
}

/** What is not an action is there from the start, not from the first use. */
function bringsOnlyActions({ contributes }: Manifest): boolean {
  return (Object.keys(SHAPES) as MountedKind[]).every((kind) => contributes[INDEX_KEYS[kind]].length === 0);
}
