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
  WORKSPACE_NOT_FOUND: {
    status: 404,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { asked: string }) => `There is no workspace ${JSON.stringify(d.asked)} that you belong to.`,
    remedy: 'Give the name or id of one of your workspaces in X-Backplane-Workspace; `GET /api/workspaces` lists them.',
  },
} as const satisfies ErrorCatalogue;
