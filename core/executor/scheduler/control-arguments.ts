import { Float } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { isRecord } from '../../language/values/is-record.ts';
import { isTruthy } from '../../language/values/truthiness.ts';
import { pythonTypeName } from '../../language/values/type-name.ts';
import type { Value } from '../../language/values/value.ts';
import {
  DEFAULT_ITERATIONS,
  ERROR_STRATEGIES,
  type ErrorStrategy,
  MAX_ITERATIONS,
} from '../../workflow/control/limits.ts';
import type { Outcome } from './evaluate.ts';

export interface ScatterArguments {
  readonly items: readonly unknown[];
  readonly intervalMs: number;
}

/** A collection of null counts as an empty one: what was to be scattered found nothing. */
export function scatterArguments(ref: string, args: unknown): Outcome<ScatterArguments> {
  const items = argument(args, 'collection') ?? [];
  const seconds = numberOf(argument(args, 'interval') ?? 0);
  if (!Array.isArray(items)) return wrong(ref, 'collection', `must be a list, not ${pythonTypeName(items)}`);
  if (seconds === undefined || seconds < 0) return wrong(ref, 'interval', 'must be a number of seconds, 0 or more');
  return { value: { items, intervalMs: seconds * 1000 } };
}

export interface GatherArguments {
  readonly strategy: ErrorStrategy;
  readonly dropNulls: boolean;
}

export function gatherArguments(ref: string, args: unknown): Outcome<GatherArguments> {
  const written = argument(args, 'error_strategy') ?? 'partition';
  const strategy = ERROR_STRATEGIES.find((known) => known === written);
  const dropNulls = argument(args, 'drop_nulls') ?? false;
  if (strategy === undefined) return wrong(ref, 'error_strategy', `must be one of ${ERROR_STRATEGIES.join(', ')}`);
  if (typeof dropNulls !== 'boolean') return wrong(ref, 'drop_nulls', 'must be true or false');
  return { value: { strategy, dropNulls } };
}

export interface LoopArguments {
  readonly goesOn: boolean;
  readonly limit: number;
}

export function loopArguments(ref: string, args: unknown): Outcome<LoopArguments> {
  const limit = numberOf(argument(args, 'max_iterations') ?? DEFAULT_ITERATIONS) ?? 0;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_ITERATIONS) {
    return wrong(ref, 'max_iterations', `must be a whole number from 1 to ${MAX_ITERATIONS}`);
  }
  return { value: { goesOn: isTruthy(argument(args, 'condition') as Value), limit } };
}

/** Null when it is not given. */
export function argument(args: unknown, name: string): unknown {
  return isRecord(args) && Object.hasOwn(args, name) ? (args[name] ?? null) : null;
}

export function numberOf(value: unknown): number | undefined {
  const plain = Float.is(value) ? value.value : value;
  return typeof plain === 'number' && Number.isFinite(plain) ? plain : undefined;
}

export function wrong(ref: string, name: string, problem: string): Outcome<never> {
  return { error: raise.WORKFLOW_CONTROL_ARGUMENT({ ref, name, problem }).toJSON() };
}
