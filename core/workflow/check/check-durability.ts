import { raise } from '../../errors/catalogue.ts';
import type { Findings } from '../../language/source/findings.ts';
import type { DataPath } from '../../language/source/yaml-source.ts';
import { controlKind } from '../control/control-kind.ts';
import type { ActionDefinition, WorkflowDefinition } from '../workflow-definition.ts';

/** Callers are not kept waiting longer; seconds. */
const LONGEST_DELAY = 60;

/** What a run that lives in memory alone cannot keep its word about. */
export function checkDurability(findings: Findings, { actions, config }: WorkflowDefinition, path: DataPath): void {
  if (config.durability !== 'none') return;
  for (const [index, action] of actions.entries()) {
    for (const { place, what, why } of unkept(action))
      findings.atValue([...path, 'actions', index, ...place], raise.WORKFLOW_NOT_KEPT({ what, why }));
  }
}

interface Unkept {
  readonly place: DataPath;
  readonly what: string;
  readonly why: string;
}

function* unkept(action: ActionDefinition): Generator<Unkept> {
  const { waitUntil, startDelay, forEach, args, interaction } = action;
  if (waitUntil !== undefined)
    yield { place: ['wait_until'], what: '`wait_until`', why: 'nobody would remember the moment after a restart' };
  if (startDelay > LONGEST_DELAY)
    yield {
      place: ['start_delay'],
      what: `A \`start_delay\` of more than ${LONGEST_DELAY} seconds`,
      why: 'no caller waits that long, and nobody would remember it after a restart',
    };
  if (interaction !== undefined)
    yield { place: ['interaction'], what: '`interaction`', why: 'whoever answers after a restart would find nothing' };
  if (controlKind(action.action) !== 'subflow') return;
  const written = Object.hasOwn(args, 'wait_strategy');
  if (written ? args['wait_strategy'] === 'wait' : forEach !== undefined) return;
  yield {
    place: written ? ['args', 'wait_strategy'] : ['action'],
    what: 'A subflow for which nobody waits',
    why: 'it would be lost with a restart; say `wait_strategy: wait`',
  };
}
