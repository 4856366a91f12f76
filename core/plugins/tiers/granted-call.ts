import type { Http } from '@backplane/sdk';
import { CAPABILITY_OF } from '@backplane/sdk/host';
import type { AdoptedAction } from '../actions/action-shape.ts';
import type { AdoptedPlugin } from '../adopt-plugin.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { restrictedHttp } from './restricted-http.ts';

/** Members of a call that need no capability. */
const OWN = new Set(['input', 'run', 'signal', 'log', 'progress', 'deps']);

/**
 * The plugin as it may act: each call keeps those ports whose capability was granted, `http` only for the granted hosts and methods.
 * The manifest may ask for more than an administrator gives; what is not given is absent.
 */
export function grantedPlugin(plugin: AdoptedPlugin, id: string, granted: Capabilities): AdoptedPlugin {
  const actions = plugin.actions.map((action): AdoptedAction => {
    return { ...action, run: (call) => action.run(grantedCall(call, id, granted)) };
  });
  return { ...plugin, actions };
}

function grantedCall(call: object, id: string, granted: Capabilities): object {
  const members = Object.entries(call).flatMap(([name, value]): [string, unknown][] => {
    if (OWN.has(name)) return [[name, value]];
    if (name === 'connections') return [[name, grantedSlots(value as Slots, granted)]];
    const capability = CAPABILITY_OF[name as keyof typeof CAPABILITY_OF];
    if (capability !== undefined && granted[capability] === undefined) return [];
    return [[name, name === 'http' ? restrictedHttp(value as Http, id, granted.network!) : value]];
  });
  return Object.fromEntries(members);
}

type Slots = Readonly<Record<string, { readonly kind: string }>>;

function grantedSlots(slots: Slots, { connections = [] }: Capabilities): Slots {
  return Object.fromEntries(
    Object.entries(slots).filter(([, slot]) => connections.some(({ kind }) => kind === slot.kind)),
  );
}
