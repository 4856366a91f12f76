import { raise } from '../../errors/catalogue.ts';
import {
  DEFAULT_BATCH,
  FAIL_STRATEGIES,
  LOOP_STRATEGIES,
  type LoopStrategy,
  MAX_BATCH,
  PARALLEL_WINDOW,
  SUBFLOW_TARGETS,
  WAIT_STRATEGIES,
} from '../../workflow/control/limits.ts';
import type { StartChild } from './command.ts';
import { argument, numberOf, wrong } from './control-arguments.ts';
import type { Outcome } from './evaluate.ts';
import type { SubflowOptions } from './state.ts';

/** Without a word a single run is left to itself, and those of a `for_each` are waited for. */
export function subflowOptions(ref: string, args: unknown, looped: boolean): Outcome<SubflowOptions> {
  const loop = choice(args, 'loop_strategy', LOOP_STRATEGIES, 'batch');
  const fail = choice(args, 'fail_strategy', FAIL_STRATEGIES, 'isolated');
  const wait = choice(args, 'wait_strategy', WAIT_STRATEGIES, looped ? 'wait' : 'detach');
  const batch = numberOf(argument(args, 'batch_size') ?? DEFAULT_BATCH) ?? 0;
  if (loop === undefined) return wrong(ref, 'loop_strategy', oneOf(LOOP_STRATEGIES));
  if (fail === undefined) return wrong(ref, 'fail_strategy', oneOf(FAIL_STRATEGIES));
  if (wait === undefined) return wrong(ref, 'wait_strategy', oneOf(WAIT_STRATEGIES));
  if (!Number.isInteger(batch) || batch < 1 || batch > MAX_BATCH) {
    return wrong(ref, 'batch_size', `must be a whole number from 1 to ${MAX_BATCH}`);
  }
  const window = windowOf(loop, batch);
  return { value: { window, inBatches: loop === 'batch', isolated: fail === 'isolated', wait: wait === 'wait' } };
}

function windowOf(strategy: LoopStrategy, batch: number): number {
  return strategy === 'batch' ? batch : strategy === 'parallel' ? PARALLEL_WINDOW : 1;
}

export type SubflowCall = Pick<StartChild, 'workflow' | 'input' | 'environment' | 'version' | 'timeoutMs'>;

/** What one run is given. */
export function subflowCall(ref: string, args: unknown): Outcome<SubflowCall> {
  const name = SUBFLOW_TARGETS.find((one) => argument(args, one) !== null);
  if (name === undefined) return { error: raise.WORKFLOW_SUBFLOW_TARGET({ ref, named: 0 }).toJSON() };
  const workflow = argument(args, name);
  const environment = argument(args, 'environment') ?? undefined;
  const version = optionalNumber(args, 'version');
  const seconds = optionalNumber(args, 'timeout');
  if (typeof workflow !== 'string' || workflow === '') return wrong(ref, name, 'must be the alias or id of a workflow');
  if (environment !== undefined && (typeof environment !== 'string' || environment === '')) {
    return wrong(ref, 'environment', 'must be the name of an environment');
  }
  if (version !== undefined && !(Number.isInteger(version) && version > 0)) {
    return wrong(ref, 'version', 'must be a whole number, 1 or more');
  }
  if (seconds !== undefined && !(seconds >= 0)) return wrong(ref, 'timeout', 'must be a number of seconds, 0 or more');
  return {
    value: {
      workflow,
      input: argument(args, 'trigger_inputs'),
      ...(environment !== undefined && { environment }),
      ...(version !== undefined && { version }),
      ...(seconds !== undefined && { timeoutMs: Math.round(seconds * 1000) }),
    },
  };
}

/** NaN for what is not a number. */
function optionalNumber(args: unknown, name: string): number | undefined {
  const value = argument(args, name);
  return value === null ? undefined : (numberOf(value) ?? Number.NaN);
}

function choice<T extends string>(args: unknown, name: string, known: readonly T[], otherwise: T): T | undefined {
  const value = argument(args, name) ?? otherwise;
  return known.find((one) => one === value);
}

function oneOf(known: readonly string[]): string {
  return `must be one of ${known.join(', ')}`;
}
