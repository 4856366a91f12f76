import type { Explanation } from '../../../access/explain.ts';
import { createApiClient } from '../../api-client.ts';
import { type OnHost, print } from './on-host.ts';

/** `backplane access explain WHO SCOPE`: why somebody may or may not. */
export async function explain(who: string, scope: string, options: OnHost & { readonly in?: string }): Promise<void> {
  const query = { actor: who, scope, workspace: options.workspace, in: options.in };
  const { workspace: _, ...address } = options;
  const answer: Explanation = await createApiClient(address).send('GET', '/access/explain', { query });
  print(options, answer, () => linesOf(answer));
}

function linesOf({ allowed, why, actor, scope, roles, key, policy, needed }: Explanation): string[] {
  const given = roles.map(
    (role) =>
      `  ${role.gives ? '+' : '-'} role ${role.role} in the ${role.in === 'organization' ? 'organisation' : 'workspace'}${role.group === undefined ? '' : `, through the group ${role.group}`}${role.gives ? '' : ' does not give it'}`,
  );
  return [
    `${actor.name} ${allowed ? 'may' : 'may not'} ${scope}: ${why}.`,
    ...given,
    ...(key === undefined ? [] : [`  ${key.gives ? '+' : '-'} the key ${key.name}`]),
    ...(policy === undefined ? [] : [`  the policy ${policy} is asked as well`]),
    ...(needed.length === 0 ? [] : [`  → needed: one of ${needed.join(', ')}`]),
  ];
}
