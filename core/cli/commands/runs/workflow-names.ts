import type { ApiClient } from '../../api-client.ts';

/** Aliases of workflows by id; what is not there any more is shown by its id. */
export async function workflowNames(api: ApiClient): Promise<(workflow: string) => string> {
  const names = new Map<string, string>();
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const { items, nextCursor } = await api.send('GET', '/workflows', { query: { limit: 200, cursor } });
    for (const { id, alias } of items) names.set(id, alias);
    cursor = nextCursor;
  }
  return (workflow) => names.get(workflow) ?? workflow;
}
