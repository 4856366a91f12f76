import type { Invitation } from '../../../access/invitations/invitations.ts';
import { createApiClient } from '../../api-client.ts';
import { type OnHost, path, print, table } from './on-host.ts';

interface InviteOptions extends OnHost {
  /** In the organisation. */
  readonly organizationRole?: string;
  readonly role?: string;
}

/** `backplane invite create EMAIL --role ROLE`: into the workspace, and by it into the organisation. */
export async function createInvitation(email: string, options: InviteOptions): Promise<void> {
  const { role, organizationRole } = options;
  const client = createApiClient(options);
  const workspaces = role === undefined ? [] : [{ workspace: await workspaceId(options), role }];
  const body = { email, workspaces, ...(organizationRole !== undefined && { role: organizationRole }) };
  const made: Invitation & { readonly token: string } = await client.send('POST', '/invitations', { body });
  print(options, made, () => [
    `Invited ${made.email} until ${String(made.expiresAt)}. This token is shown only now; hand it over safely:`,
    made.token,
    'Signed in with that address: backplane invite accept TOKEN',
  ]);
}

/** `backplane invite list`. */
export async function listInvitations(options: OnHost): Promise<void> {
  const answer = await createApiClient(options).send('GET', '/invitations');
  print(options, answer, () =>
    table(
      (answer.items as Invitation[]).map(({ id, state, email, invitedBy, expiresAt }) => [
        id,
        state,
        email,
        `until ${String(expiresAt)}`,
        `by ${invitedBy}`,
      ]),
    ),
  );
}

/** `backplane invite accept TOKEN`: for whoever has signed in with the address that was invited. */
export async function acceptInvitation(token: string, options: OnHost): Promise<void> {
  const place = await createApiClient(options).send('POST', '/invitations/accept', { body: { token } });
  print(options, place, () => ['You belong to it now; `backplane workspace list` shows where.']);
}

/** `backplane invite revoke ID`. */
export async function revokeInvitation(id: string, options: OnHost): Promise<void> {
  await createApiClient(options).send('DELETE', path('invitations', id));
  print(options, undefined, () => [`The invitation ${id} cannot be accepted any more.`]);
}

/** As the host takes the options. */
async function workspaceId(options: OnHost): Promise<string> {
  return (await createApiClient(options).send('GET', '/me')).workspace;
}
