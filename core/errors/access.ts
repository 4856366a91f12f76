import type { ErrorCatalogue } from '@backplane/sdk';

/** Who may do what, and where. */
export const accessErrors = {
  ACCESS_DENIED: {
    status: 403,
    blame: 'credential',
    retry: 'after-fix',
    message: (d: { scope: string; why: string }) => `This needs the scope ${d.scope}, and it is not given: ${d.why}.`,
    remedy: 'Ask somebody who manages members for a role with this scope; `backplane access explain` tells who has it.',
  },
  ACTION_NOT_ALLOWED: {
    status: 403,
    blame: 'policy',
    retry: 'after-fix',
    message: (d: { action: string; author: string; why: string }) =>
      `${d.author}, who stored this version of the workflow, may not use \`${d.action}\`: ${d.why}.`,
    remedy:
      'Give them a role with the scope, or have somebody who may use the action answer for the workflow: `backplane workflow adopt NAME`. Then run it again with its latest version.',
  },
  ACTION_UNDECIDED: {
    status: 503,
    blame: 'policy',
    retry: 'later',
    message: (d: { action: string; why: string }) =>
      `Nobody could say whether the workflow may use \`${d.action}\`: ${d.why}.`,
    remedy: 'See the log for what the policy answered. A `retry_policy` lets the step wait until it answers again.',
  },
  WORKSPACE_NOT_FOUND: {
    status: 404,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { asked: string }) => `There is no workspace ${JSON.stringify(d.asked)} that you belong to.`,
    remedy: 'Give the name or id of one of your workspaces in X-Backplane-Workspace; `GET /api/workspaces` lists them.',
  },
  ACCESS_GRANT_TOO_WIDE: {
    status: 403,
    blame: 'credential',
    retry: 'after-fix',
    message: (d: { scope: string }) => `This would give or take ${d.scope}, which you do not have there yourself.`,
    remedy: 'Choose a role that does not go beyond your own, or ask somebody whose role holds this scope.',
  },
  ACCESS_LAST_OWNER: {
    status: 409,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { where: string }) => `Nobody would own ${d.where} any more.`,
    remedy: 'Make somebody else an owner first.',
  },
  ACCESS_NOT_FOUND: {
    status: 404,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { what: string; asked: string }) => `There is no ${d.what} ${JSON.stringify(d.asked)} here.`,
    remedy: 'Check the name or id; lists of workspaces, members, roles and groups show what there is.',
  },
  ACCESS_NAME_TAKEN: {
    status: 409,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { what: string; name: string }) => `There is a ${d.what} ${JSON.stringify(d.name)} already.`,
    remedy: 'Choose another name.',
  },
  ACCESS_IN_USE: {
    status: 409,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { what: string; by: string }) => `The ${d.what} is in use: ${d.by}.`,
    remedy: 'Take away what uses it first.',
  },
  WORKSPACE_BUSY: {
    status: 409,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { runs: string }) => `Runs of this workspace are under way: ${d.runs}.`,
    remedy: 'Wait for them or cancel them; `--force` (`?force=true`) terminates them along with the workspace.',
  },
  ACCESS_FIXED: {
    status: 409,
    blame: 'input',
    retry: 'never',
    message: (d: { what: string }) => `${d.what} belongs to every installation and cannot be changed or deleted.`,
    remedy: 'Make one of your own.',
  },
  ROLE_SCOPE_UNKNOWN: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { scopes: readonly string[] }) => `No such scope: ${d.scopes.join(', ')}.`,
    remedy: 'See docs/reference/access.md for every scope; `action:<glob>:execute` and `resource:*` are scopes too.',
  },
  ROLE_MISPLACED: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { role: string }) => `The role ${d.role} is one of organisations and cannot be given in a workspace.`,
    remedy: 'Give it in the organisation, or a role of workspaces here.',
  },
  INVITATION_INVALID: {
    status: 404,
    blame: 'credential',
    retry: 'never',
    message: () =>
      'This invitation does not exist, was used or taken back, is too old, or whoever sent it may not invite any more.',
    remedy: 'Ask for a new invitation.',
  },
  INVITATION_FOR_ANOTHER: {
    status: 403,
    blame: 'credential',
    retry: 'after-fix',
    message: () => 'This invitation is for another e-mail address.',
    remedy: 'Sign in with the address that was invited.',
  },
  AUDIT_CHAIN_BROKEN: {
    status: 500,
    blame: 'host',
    retry: 'never',
    message: (d: { seq: string; problem: string }) => `The audit log was tampered with at row ${d.seq}: ${d.problem}.`,
    remedy: 'Compare the rows from there on with a backup, an export or what was streamed away.',
  },
} as const satisfies ErrorCatalogue;
