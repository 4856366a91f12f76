import { type TriggerBinding, triggerBinding } from '../plugins/triggers/trigger-binding.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { WorkflowCatalogue } from '../workflow/workflow-catalogue.ts';

/** What the newest versions of all workflows want of plugins. A workflow that cannot be run any more wants nothing. */
export async function wantedTriggers(workflows: WorkflowCatalogue, log: Logger): Promise<TriggerBinding[]> {
  const wanted: TriggerBinding[] = [];
  for (const id of await workflows.mentioning('plugin')) {
    try {
      const { workspace, definition } = await workflows.byId(id);
      for (const one of definition.triggers) {
        if (one.type !== 'plugin') continue;
        const { trigger, config, every } = one;
        wanted.push(
          triggerBinding({
            workflow: id,
            workspace,
            trigger,
            config,
            ...(every === undefined ? {} : { everyMs: every * 1000 }),
          }),
        );
      }
    } catch (problem) {
      log.warn('the triggers of a workflow are off', { workflow: id, problem: (problem as Error).message });
    }
  }
  return wanted;
}
