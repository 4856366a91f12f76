import type { Group } from '../../../access/groups/groups.ts';
import type { Role } from '../../../access/roles/role-store.ts';
import { createApiClient } from '../../api-client.ts';
import { type OnHost, path, print, table } from './on-host.ts';

interface Described extends OnHost {
  readonly description?: string;
}

/** `backplane role list`: what can be given. */
export async function listRoles(options: OnHost): Promise<void> {
  const answer = await createApiClient(options).send('GET', '/roles');
  print(options, answer, () =>
    table((answer.items as Role[]).map(({ name, description, scopes }) => [name, description || scopes.join(' ')])),
  );
}

/** `backplane role create NAME SCOPE…`. */
export async function createRole(name: string, scopes: readonly string[], options: Described): Promise<void> {
  const body = { name, scopes, ...describing(options) };
  const role: Role = await createApiClient(options).send('POST', '/roles', { body });
  print(options, role, () => [`Created the role ${role.name}: ${role.scopes.join(' ')}.`]);
}

/** `backplane role delete NAME`. */
export async function deleteRole(name: string, options: OnHost): Promise<void> {
  await createApiClient(options).send('DELETE', path('roles', name));
  print(options, undefined, () => [`Deleted the role ${name}.`]);
}

/** `backplane group list`. */
export async function listGroups(options: OnHost): Promise<void> {
  const answer = await createApiClient(options).send('GET', '/groups');
  print(options, answer, () =>
    table((answer.items as Group[]).map(({ name, users }) => [name, users.map(({ email }) => email).join(' ')])),
  );
}

/** `backplane group create NAME`. */
export async function createGroup(name: string, options: Described): Promise<void> {
  const group: Group = await createApiClient(options).send('POST', '/groups', {
    body: { name, ...describing(options) },
  });
  print(options, group, () => [
    `Created the group ${group.name}; \`member add group:${group.name} ROLE\` gives it a role.`,
  ]);
}

/** `backplane group delete NAME`. */
export async function deleteGroup(name: string, options: OnHost): Promise<void> {
  await createApiClient(options).send('DELETE', path('groups', name));
  print(options, undefined, () => [`Deleted the group ${name}.`]);
}

/** `backplane group add GROUP EMAIL`, `group remove GROUP EMAIL`. */
export async function changeGroup(wish: 'add' | 'remove', group: string, user: string, options: OnHost): Promise<void> {
  await createApiClient(options).send(wish === 'add' ? 'PUT' : 'DELETE', path('groups', group, 'users', user));
  print(options, undefined, () => [
    `${user} is ${wish === 'add' ? '' : 'not '}in ${group}${wish === 'add' ? '' : ' any more'}.`,
  ]);
}

const describing = ({ description }: Described) => (description === undefined ? {} : { description });
