import type { Workspace } from '../../../access/organizations/workspaces.ts';
import { createApiClient } from '../../api-client.ts';
import { type OnHost, path, print, table } from './on-host.ts';

const line = ({ name, title, id }: Workspace) => [name, title, id];

/** `backplane workspace list`: those that you may see. */
export async function listWorkspaces(options: OnHost): Promise<void> {
  const answer = await createApiClient(options).send('GET', '/workspaces');
  const items: readonly Workspace[] = answer.items;
  print(options, answer, () => (items.length > 0 ? table(items.map(line)) : NOWHERE));
}

const NOWHERE = [
  'You belong to no workspace yet. Ask somebody who manages members for a role, or accept an invitation: backplane invite accept TOKEN.',
];

/** `backplane workspace create NAME`. */
export async function createWorkspace(name: string, options: OnHost & { readonly title?: string }): Promise<void> {
  const body = { name, ...(options.title !== undefined && { title: options.title }) };
  const made: Workspace = await createApiClient(options).send('POST', '/workspaces', { body });
  print(options, made, () => [`Created the workspace ${made.name} (${made.id}).`]);
}

/** `backplane workspace show NAME`. */
export async function showWorkspace(name: string, options: OnHost): Promise<void> {
  const workspace: Workspace = await createApiClient(options).send('GET', path('workspaces', name));
  print(options, workspace, () => table([line(workspace)]));
}

/** `backplane workspace delete NAME`. */
export async function deleteWorkspace(name: string, options: OnHost & { readonly force?: boolean }): Promise<void> {
  const query = options.force ? { force: 'true' } : {};
  await createApiClient(options).send('DELETE', path('workspaces', name), { query });
  print(options, undefined, () => [`Deleted the workspace ${name}.`]);
}
