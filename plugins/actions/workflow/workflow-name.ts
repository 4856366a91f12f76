import { z } from 'zod';

const name = z.string().min(1);

/** How actions name a workflow: by its alias, which may move to another one, or by its id, which stays. */
export const workflowName = {
  workflow_alias: name.nullish().describe('Alias of the workflow.'),
  workflow_id: name.nullish().describe('Id of the workflow; an alternative to the alias.'),
};

interface Named {
  readonly workflow_alias?: string | null | undefined;
  readonly workflow_id?: string | null | undefined;
}

export const ONE_NAME = { error: 'give either `workflow_alias` or `workflow_id`', path: ['workflow_alias'] };

export function hasOneName(input: Named): boolean {
  return (input.workflow_alias == null) !== (input.workflow_id == null);
}

export function hasAtMostOneName(input: Named): boolean {
  return input.workflow_alias == null || input.workflow_id == null;
}

export function nameOf(input: Named): string | undefined {
  return input.workflow_alias ?? input.workflow_id ?? undefined;
}
