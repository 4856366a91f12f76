import type { Command } from 'commander';
import { hostCommand } from '../../host-options.ts';

/** Commands about who may do what, and who did what. */
export function accessCommands(root: Command): void {
  const access = root.command('access').description('see who may do what');
  hostCommand(access.command('explain <who> <scope>').description('say why somebody may do something, or not'))
    .option('--in <where>', 'workspace, organization or host; default: workspace')
    .action(async (who, scope, given) => (await import('./explain.ts')).explain(who, scope, given));
  workspaceCommands(root.command('workspace').description('see and change workspaces'));
  memberCommands(root.command('member').description('see and change who has which role'));
  roleCommands(root.command('role').description('see and make roles'));
  groupCommands(root.command('group').description('see and change groups'));
  inviteCommands(root.command('invite').description('invite people to the organisation and its workspaces'));
  auditCommands(root.command('audit').description('see, export and verify who did what'));
}

function workspaceCommands(workspace: Command): void {
  const load = () => import('./workspace.ts');
  hostCommand(workspace.command('list').description('the workspaces that you may see')).action(async (given) =>
    (await load()).listWorkspaces(given),
  );
  hostCommand(workspace.command('create <name>').description('create a workspace in the organisation'))
    .option('--title <title>', 'what people read')
    .action(async (name, given) => (await load()).createWorkspace(name, given));
  hostCommand(workspace.command('show <name>').description('a workspace, by name or id')).action(async (name, given) =>
    (await load()).showWorkspace(name, given),
  );
  hostCommand(workspace.command('delete <name>').description('delete a workspace with all in it'))
    .option('--force', 'also while runs are under way, which are terminated')
    .action(async (name, given) => (await load()).deleteWorkspace(name, given));
}

function memberCommands(member: Command): void {
  const load = () => import('./member.ts');
  const inEither = (command: Command) =>
    hostCommand(command).option('--organization', 'in the organisation of the workspace, for all its workspaces');
  inEither(member.command('list').description('who has a role in the workspace')).action(async (given) =>
    (await load()).listMembers(given),
  );
  for (const name of ['add', 'role'] as const)
    inEither(
      member
        .command(`${name} <who> <role>`)
        .description(
          name === 'add'
            ? 'give somebody a role: an e-mail address, group:NAME or service:NAME'
            : 'give a member another role',
        ),
    ).action(async (who, role, given) => (await load()).setMember(who, role, given));
  inEither(member.command('remove <who>').description('take the role away')).action(async (who, given) =>
    (await load()).removeMember(who, given),
  );
}

function roleCommands(role: Command): void {
  const load = () => import('./role.ts');
  hostCommand(role.command('list').description('every role that can be given')).action(async (given) =>
    (await load()).listRoles(given),
  );
  hostCommand(role.command('create <name> <scope...>').description('make a role of scopes'))
    .option('--description <text>', 'what it is for')
    .action(async (name, scopes, given) => (await load()).createRole(name, scopes, given));
  hostCommand(role.command('delete <name>').description('delete a role that nobody has')).action(async (name, given) =>
    (await load()).deleteRole(name, given),
  );
}

function groupCommands(group: Command): void {
  const load = () => import('./role.ts');
  hostCommand(group.command('list').description('groups with their users')).action(async (given) =>
    (await load()).listGroups(given),
  );
  hostCommand(group.command('create <name>').description('create a group'))
    .option('--description <text>', 'what it is for')
    .action(async (name, given) => (await load()).createGroup(name, given));
  hostCommand(group.command('delete <name>').description('delete a group, and with it what it gave')).action(
    async (name, given) => (await load()).deleteGroup(name, given),
  );
  for (const wish of ['add', 'remove'] as const)
    hostCommand(
      group
        .command(`${wish} <group> <user>`)
        .description(wish === 'add' ? 'put somebody into a group' : 'take somebody out of it'),
    ).action(async (name, user, given) => (await load()).changeGroup(wish, name, user, given));
}

function inviteCommands(invite: Command): void {
  const load = () => import('./invite.ts');
  hostCommand(invite.command('create <email>').description('invite somebody; prints a token that is shown this once'))
    .option('--role <role>', 'in the workspace')
    .option('--organization-role <role>', 'in the organisation; default: organization-member')
    .action(async (email, given) => (await load()).createInvitation(email, given));
  hostCommand(invite.command('list').description('invitations, newest first')).action(async (given) =>
    (await load()).listInvitations(given),
  );
  hostCommand(invite.command('accept <token>').description('accept one to the address you signed in with')).action(
    async (token, given) => (await load()).acceptInvitation(token, given),
  );
  hostCommand(invite.command('revoke <id>').description('take an invitation back')).action(async (id, given) =>
    (await load()).revokeInvitation(id, given),
  );
}

function auditCommands(audit: Command): void {
  const load = () => import('./audit.ts');
  const filtered = (command: Command) =>
    hostCommand(command)
      .option('--actor <actor>', 'id, e-mail address or name')
      .option('--action <glob>', 'workflow.update, member.*')
      .option('--outcome <outcome>', 'done, denied or failed')
      .option('--resource <type>', 'workflow, role …')
      .option('--resource-id <id>', 'one of them')
      .option('--after <date>', 'then or later')
      .option('--before <date>', 'earlier');
  filtered(audit.command('list').description('who did what, newest first'))
    .option('--limit <n>', 'at most so many; default 50, at most 200')
    .option('--cursor <cursor>', 'the page after: what the page before names')
    .action(async (given) => (await load()).listAudit(given));
  filtered(audit.command('export').description('all of it, newest first'))
    .option('--format <format>', 'ndjson or csv; default: ndjson')
    .option('--out <file>', 'default: standard output')
    .action(async (given) => (await load()).exportAudit(given));
  hostCommand(
    audit.command('verify').description('read the whole chain and name the first row that was tampered with'),
  ).action(async (given) => (await load()).verifyAudit(given));
}
