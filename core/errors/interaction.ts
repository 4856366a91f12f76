import type { ErrorCatalogue } from '@backplane/sdk';

/** Answers to steps that ask people. */
export const interactionErrors = {
  INTERACTION_NOT_FOUND: {
    status: 404,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { id: string }) => `There is no interaction "${d.id}".`,
    remedy: 'Check the id; /api/interactions lists every one.',
  },
  INTERACTION_NOT_OPEN: {
    status: 409,
    blame: 'input',
    retry: 'later',
    message: (d: { id: string }) => `The step of "${d.id}" does not ask yet: its action still runs.`,
    remedy: 'Answer again in a moment.',
  },
  INTERACTION_CLOSED: {
    status: 409,
    blame: 'input',
    retry: 'never',
    message: (d: { id: string; status: string }) => `"${d.id}" takes no answers any more: it is ${d.status}.`,
    remedy: 'Nothing: your answer has changed nothing.',
  },
  INTERACTION_ANSWER_INVALID: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { id: string; problem: string }) => `That is no answer to "${d.id}": ${d.problem}.`,
    remedy: 'Approve or reject an `approval`; send any JSON to a `response`.',
  },
  INTERACTION_APPROVER_FORBIDDEN: {
    status: 403,
    blame: 'policy',
    retry: 'after-fix',
    message: (d: { approver: string; groups: readonly string[] }) =>
      `${d.approver} is in none of the groups that may decide: ${d.groups.join(', ')}.`,
    remedy: 'Let somebody of these groups decide, or state the groups of the approver.',
  },
  INTERACTION_ANSWERED: {
    status: 409,
    blame: 'input',
    retry: 'never',
    message: (d: { approver: string }) => `${d.approver} has decided already; this link takes one decision.`,
    remedy: 'Nothing: the first decision counts.',
  },
  INTERACTION_LINK_INVALID: {
    status: 403,
    blame: 'credential',
    retry: 'never',
    message: () =>
      'This link is not valid: it is incomplete, altered, or belongs to something else, or whoever made it may not give it any more.',
    remedy: 'Open the link exactly as it was sent, or ask for a new one.',
  },
  INTERACTION_LINK_EXPIRED: {
    status: 410,
    blame: 'credential',
    retry: 'never',
    message: () => 'This link has expired.',
    remedy: 'Ask for a new one if the question is still open.',
  },
  INTERACTION_FOREIGN_FORM: {
    status: 403,
    blame: 'policy',
    retry: 'never',
    message: () => 'The answer was sent from a page of another site.',
    remedy: 'Open the link itself and answer there.',
  },
  INTERACTION_SLACK_NOT_CONFIGURED: {
    status: 503,
    blame: 'config',
    retry: 'after-fix',
    message: () =>
      "This host does not know the signing secret of your Slack app, so it cannot tell Slack's calls from others.",
    remedy:
      'Run `backplane secret set slack SLACK_SIGNING_SECRET`, or set it under `secrets` in config/backplane.yaml.',
  },
  INTERACTION_SLACK_PAYLOAD: {
    status: 422,
    blame: 'input',
    retry: 'never',
    message: (d: { problem: string }) => `The payload of Slack cannot be used: ${d.problem}.`,
    remedy:
      'Give the button `FN.get_interaction()["id"]`, `["approve_value"]` or `["reject_value"]` as its `value` or `action_id`.',
  },
  INTERACTION_UNANSWERED: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { ref: string; asked: string }) =>
      `\`${d.ref}\` waits for ${d.asked}, and without a server nobody can give it.`,
    remedy:
      'Give the answer with `--respond REF=JSON` (again for each further approver), or run the workflow on a host.',
  },
} as const satisfies ErrorCatalogue;
