import { INDEX_KEYS, type NameListKey } from '@backplane/sdk/host';
import { type MountedKind, SHAPES } from '../contributions/shapes.ts';
import type { HostedPlugin } from '../lifecycle/hosted-plugin.ts';

/** Built-in plugins that bring nothing but actions, or service discoveries: what a manifest says is enough until one of them is asked for. */
export function loadsOnUse(plugin: HostedPlugin): boolean {
  const isBuiltIn = plugin.candidate.origin.from === 'builtin';
  return (
    (isBuiltIn && (bringsActionsAlone(plugin) || bringsAlone(plugin, 'serviceDiscoveries'))) ||
    servesTheGatewayAlone(plugin)
  );
}

/** Brings policies and nothing else: its code runs in the workers of the gateway, never in the host, and so can be exchanged there. */
export function servesTheGatewayAlone(plugin: HostedPlugin): boolean {
  return bringsAlone(plugin, 'gatewayPolicies');
}

/** The same for fetched ones that came up before as they are now. Those that the host needs are loaded, to know at once. */
export function mayWaitForUse(plugin: HostedPlugin): boolean {
  return plugin.candidate.setting?.required !== true && bringsActionsAlone(plugin);
}

/** True for a plugin from elsewhere that nobody misses before one of its actions is used. */
export function standsAlone(plugin: HostedPlugin, all: readonly HostedPlugin[]): boolean {
  const needs = ({ manifest }: HostedPlugin) => Object.keys({ ...manifest!.requires, ...manifest!.optional });
  const isNeeded = all.some((other) => needs(other).includes(plugin.id));
  return bringsActionsAlone(plugin) && needs(plugin).length === 0 && !isNeeded;
}

function bringsAlone({ manifest }: HostedPlugin, kind: NameListKey): boolean {
  if (manifest === undefined || manifest.contributes[kind].length === 0) return false;
  const { [kind]: _, ...others } = manifest.contributes;
  return Object.values(others).every((names) => Object.keys(names).length === 0);
}

/** What is not an action is there from the start, not from the first use. */
function bringsActionsAlone({ manifest }: HostedPlugin): boolean {
  if (manifest === undefined || manifest.contributes.methods.length > 0) return false;
  return (Object.keys(SHAPES) as MountedKind[]).every((kind) => manifest.contributes[INDEX_KEYS[kind]].length === 0);
}
