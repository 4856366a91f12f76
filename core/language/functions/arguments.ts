import { raise } from '../../errors/catalogue.ts';
import type { Scope } from '../template/scope.ts';
import { castTo } from '../values/casts.ts';
import { describeValue } from '../values/describe-value.ts';
import { isInteger, isNumeric } from '../values/integer.ts';
import { type DataRecord, isRecord } from '../values/is-record.ts';
import { type DateTime, isDateTime } from '../values/temporal-kind.ts';
import type { Value } from '../values/value.ts';

/** What a function was called with, read by position; every reader says in its error which argument it could not take. */
export class Arguments {
  readonly function: string;
  readonly parameters: readonly string[];
  readonly values: readonly Value[];
  readonly scope: Scope;

  constructor(name: string, parameters: readonly string[], values: readonly Value[], scope: Scope) {
    this.function = name;
    this.parameters = parameters;
    this.values = values;
    this.scope = scope;
  }

  /** The value as it is; null when it was left out. */
  value(at: number): Value {
    return this.values[at] ?? null;
  }

  /** Left out or null: the default holds. */
  isAbsent(at: number): boolean {
    return this.values[at] === undefined || this.values[at] === null;
  }

  text(at: number, fallback?: string): string {
    if (fallback !== undefined && this.isAbsent(at)) return fallback;
    const value = this.values[at];
    return typeof value === 'string' ? value : this.reject(at, 'a str');
  }

  /** An integer within what JavaScript counts exactly. */
  int(at: number, fallback?: number): number {
    if (fallback !== undefined && this.isAbsent(at)) return fallback;
    const value = this.values[at];
    return isInteger(value) && typeof value !== 'bigint' ? Number(value) : this.reject(at, 'an int');
  }

  /** A number of any kind, as a float. */
  number(at: number): number {
    const value = this.values[at];
    return isNumeric(value) ? Number(value) : this.reject(at, 'a number');
  }

  flag(at: number, fallback: boolean): boolean {
    if (this.isAbsent(at)) return fallback;
    return castTo('bool', this.values[at]!) === true;
  }

  list(at: number): readonly Value[] {
    const value = this.values[at];
    return Array.isArray(value) ? value : this.reject(at, 'a list');
  }

  /** What Python iterates over: items of a list, characters of a string, keys of a map. */
  items(at: number): readonly Value[] {
    const value = this.values[at];
    if (Array.isArray(value)) return value;
    if (typeof value === 'string') return Array.from(value);
    return isRecord(value) ? Object.keys(value) : this.reject(at, 'a list');
  }

  record(at: number): DataRecord & { readonly [key: string]: Value } {
    const value = this.values[at];
    return isRecord(value) ? (value as { readonly [key: string]: Value }) : this.reject(at, 'a dict');
  }

  /** A datetime, or a string that holds one in ISO 8601. */
  dateTime(at: number): DateTime {
    const value = this.values[at];
    if (isDateTime(value)) return value;
    if (typeof value !== 'string') return this.reject(at, 'a datetime, or a str with an ISO 8601 date');
    return castTo('datetime', value) as DateTime;
  }

  /** One of a few words. */
  choice<const T extends string>(at: number, choices: readonly T[], fallback: T): T {
    const value = this.isAbsent(at) ? fallback : this.values[at];
    return (
      choices.find((choice) => choice === value) ??
      this.reject(at, `one of ${choices.map((choice) => `'${choice}'`).join(', ')}`)
    );
  }

  /** Refuses one argument: expected is what the reader wanted. */
  reject(at: number, expected: string): never {
    const parameter = (this.parameters[at] ?? this.parameters.at(-1) ?? '').replace('*', '');
    throw raise.LANGUAGE_ARGUMENT({
      function: this.function,
      parameter,
      expected,
      given: describeValue(this.values[at]),
    });
  }

  /** Refuses the call as a whole. */
  fail(problem: string): never {
    throw raise.LANGUAGE_FUNCTION_FAILED({ function: this.function, problem });
  }
}
