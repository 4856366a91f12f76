import type { DependencyContainer } from 'tsyringe';
import { TriggerDesk } from '../plugins/triggers/trigger-desk.ts';
import { prepareTrigger } from '../workflow/prepare-trigger.ts';
import type { Foundation } from './foundation.ts';
import { TOKENS } from './tokens.ts';
import { wantedTriggers } from './wanted-triggers.ts';

export interface OpenTriggers extends AsyncDisposable {
  readonly desk: TriggerDesk;
  /** From now on triggers live, by what workflows say at each call. */
  follow(): void;
}

/** The triggers of plugins. `url` is asked once the host listens. */
export function openTriggers(host: DependencyContainer, { log }: Foundation, url: () => string): OpenTriggers {
  const workflows = () => host.resolve(TOKENS.workflows);
  const desk = new TriggerDesk(host.resolve(TOKENS.actions).board, {
    kv: host.resolve(TOKENS.keyValues),
    log,
    url,
    async start(workflow, event, idempotencyKey) {
      const { id, workspace, version, definition } = await workflows().byId(workflow);
      await host.resolve(TOKENS.engine).start({
        workflow: id,
        workspace,
        version,
        definition,
        trigger: prepareTrigger(definition, event),
        triggerType: 'plugin',
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      });
    },
  });
  let turn: Promise<void> = Promise.resolve();
  return {
    desk,
    follow() {
      // One after the other, so that an older answer never comes after a newer one.
      turn = turn
        .then(async () => desk.want(await wantedTriggers(workflows(), log)))
        .catch((problem: Error) =>
          log.error('the triggers of workflows could not be read', { problem: problem.message }),
        );
    },
    async [Symbol.asyncDispose]() {
      await turn;
      await desk[Symbol.asyncDispose]();
    },
  };
}
