import { CAPABILITY_OF } from '@backplane/sdk/host';
import type { AdoptedAction } from '../actions/action-shape.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';

/** Actions as they may be called: ports whose capability was taken away are not handed out. */
export function grantedActions(actions: readonly AdoptedAction[], granted: Capabilities): AdoptedAction[] {
  return actions.map((action) => ({
    ...action,
    uses: action.uses.filter((port) => {
      const capability = CAPABILITY_OF[port];
      return capability === undefined || Object.hasOwn(granted, capability);
    }),
  }));
}
