import { raise } from '../../errors/catalogue.ts';
import { checkArguments } from '../../registry/arguments/check-arguments.ts';
import type { ActionRegistry, RunnableAction } from '../../registry/runnable-action.ts';
import {
  DEFAULT_BATCH,
  ERROR_STRATEGIES,
  FAIL_STRATEGIES,
  LOOP_STRATEGIES,
  MAX_BATCH,
  MAX_ITERATIONS,
  WAIT_STRATEGIES,
} from './limits.ts';

interface ControlInfo {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly group: string;
  readonly properties: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
  readonly output: object;
  /** What it does besides steering; nothing if absent. */
  readonly effect?: 'write';
}

const CONTROLS: readonly ControlInfo[] = [
  {
    name: 'core.transform.scatter',
    title: 'Scatter',
    description: 'Runs the actions that follow once for every item of a list, side by side, until a gather.',
    group: 'Transform',
    properties: {
      collection: { type: ['array', 'null'], description: 'The list; nothing runs for an empty one.' },
      interval: {
        type: ['number', 'null'],
        minimum: 0,
        description: 'Seconds between the start of one item and the next.',
      },
    },
    required: ['collection'],
    output: { description: 'In the actions that follow: the item of their stream. Elsewhere: the list.' },
  },
  {
    name: 'core.transform.gather',
    title: 'Gather',
    description: 'Waits for all streams of a scatter and gives what each has to show, in the order of the items.',
    group: 'Transform',
    properties: {
      items: { description: 'What to take from each stream.' },
      drop_nulls: { type: 'boolean', default: false, description: 'Leave out what is null.' },
      error_strategy: {
        type: 'string',
        enum: ERROR_STRATEGIES,
        default: 'partition',
        description: 'Errors of streams: beside the results, among them, left out, or the failure of the gather.',
      },
    },
    required: ['items'],
    output: { type: 'array' },
  },
  {
    name: 'core.loop.start',
    title: 'Loop start',
    description: 'Begins a loop; the actions up to its end run again while the condition of the end holds.',
    group: 'Loop',
    properties: {},
    output: { type: 'object', properties: { iteration: { type: 'integer', description: 'Counts from 0.' } } },
  },
  {
    name: 'core.loop.end',
    title: 'Loop end',
    description: 'Ends an iteration: goes back to the start of the loop while the condition holds.',
    group: 'Loop',
    properties: {
      condition: { description: 'Evaluated after every iteration.' },
      max_iterations: {
        type: 'integer',
        minimum: 1,
        maximum: MAX_ITERATIONS,
        default: 100,
        description: 'The loop fails when the condition still holds after so many.',
      },
    },
    required: ['condition'],
    output: { type: 'object', properties: { continue: { type: 'boolean' } } },
  },
  {
    name: 'core.workflow.execute',
    title: 'Execute a workflow',
    description: 'Runs another workflow, as a run of its own: once, or for every item of `for_each`.',
    group: 'Workflow',
    effect: 'write',
    properties: {
      workflow: { type: 'string', description: 'Alias or id of the workflow.' },
      workflow_alias: { type: 'string', description: 'The same as `workflow`.' },
      workflow_id: { type: 'string', description: 'The same as `workflow`.' },
      trigger_inputs: { description: 'Its `TRIGGER`; checked against its `entrypoint`.' },
      environment: { type: ['string', 'null'], description: 'Its environment; otherwise its own `config` decides.' },
      version: { type: ['integer', 'null'], minimum: 1, description: 'Of the workflow; the newest if absent.' },
      timeout: { type: ['number', 'null'], minimum: 0, description: 'Seconds that the run may take at most.' },
      loop_strategy: {
        type: 'string',
        enum: LOOP_STRATEGIES,
        default: 'batch',
        description: 'With `for_each`: batch after batch, a moving window, or one after the other.',
      },
      batch_size: { type: 'integer', minimum: 1, maximum: MAX_BATCH, default: DEFAULT_BATCH },
      fail_strategy: {
        type: 'string',
        enum: FAIL_STRATEGIES,
        default: 'isolated',
        description: 'With `for_each`: errors stand in the list, or the step fails.',
      },
      wait_strategy: {
        type: ['string', 'null'],
        enum: [...WAIT_STRATEGIES, null],
        description: 'Absent: with `for_each` the step waits for the runs, otherwise it does not.',
      },
    },
    output: { description: 'What the run returns, or `{run_id}` if nobody waits; with `for_each` a list of these.' },
  },
];

/** Makes the control actions known; without them a workflow that uses one is refused. */
export function registerControlActions(registry: ActionRegistry): void {
  for (const info of CONTROLS) registry.add(controlAction(info));
}

function controlAction({
  name,
  title,
  description,
  group,
  properties,
  required = [],
  output,
  effect,
}: ControlInfo): RunnableAction {
  const schema = { type: 'object', properties, required, additionalProperties: false } as const;
  return {
    info: {
      name,
      kind: 'plugin',
      title,
      description,
      group,
      aliases: [],
      effect: effect ?? 'pure',
      idempotent: 'always',
      inputSchema: schema,
      outputSchema: output as Readonly<Record<string, unknown>>,
      secrets: [],
      origin: 'backplane',
      unevaluated: [],
    },
    check: (args, source, path) => checkArguments({ action: name, schema: schema as never, args, source, path }),
    run: async () => {
      throw raise.WORKFLOW_CONTROL_OUTSIDE({ action: name });
    },
  };
}
