import type { Scope } from '../language/template/scope.ts';
import type { GraphAction } from '../workflow/graph.ts';
import type { ActionRunnerOptions, ActionTask } from './action-runner.ts';
import { interactionId } from './scheduler/interaction-id.ts';
import type { SecretMask } from './secret-mask.ts';

/** Who answers by a link that names nobody. */
export const ANYBODY = 'link';

/**
 * What the step is about to ask, for its arguments and the templates that it runs: the id, and links to answer by. The workflow hands
 * the links out, so it vouches for those who get them: they count as members of the groups that may decide. What proves a link is
 * hidden wherever the run is shown.
 */
export function askedInteraction(
  { links }: Pick<ActionRunnerOptions, 'links'>,
  { state, command }: ActionTask,
  action: GraphAction,
  mask: SecretMask,
): Pick<Scope, 'interaction' | 'interactionFor'> {
  const { interaction: asked, ref } = action;
  if (asked === undefined) return {};
  const step = command.stream === undefined ? ref : `${command.stream}/${ref}`;
  const id = interactionId(state.runId, { step, pass: command.pass });
  const values = asked.type === 'approval' ? { approve_value: `${id}:approve`, reject_value: `${id}:reject` } : {};
  const expiry = asked.timeoutMs === 0 ? {} : { expiresAt: state.now + command.timeoutMs + asked.timeoutMs };
  const viewFor = (approver: string) => {
    if (links === undefined) return { id, type: asked.type, ...values };
    const { token, ...urls } = links.issue({ id, type: asked.type, approver, groups: asked.approverGroups, ...expiry });
    mask.add(token);
    return { id, type: asked.type, ...urls, ...values };
  };
  return { interaction: viewFor(ANYBODY), interactionFor: viewFor };
}
