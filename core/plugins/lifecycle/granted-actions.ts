import { CAPABILITY_OF } from '@backplane/sdk/host';
import type { AdoptedAction } from '../actions/action-shape.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';

type Uses = AdoptedAction['uses'];

/** Actions as they may be called: ports whose capability was taken away are not handed out. */
export function grantedActions(actions: readonly AdoptedAction[], granted: Capabilities): AdoptedAction[] {
  return actions.map((action) => ({ ...action, uses: grantedUses(action.uses, granted) }));
}

/** Those of the ports whose capability was given, or that need none. */
export function grantedUses(uses: readonly string[], granted: Capabilities): Uses {
  return (uses as Uses).filter((port) => {
    const capability = CAPABILITY_OF[port];
    return capability === undefined || Object.hasOwn(granted, capability);
  });
}
