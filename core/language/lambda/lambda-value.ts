import type { Value } from '../values/value.ts';
import type { LambdaRun } from './lambda-run.ts';

/** Values, and what exists only while a lambda runs. */
export type LambdaValue = Value | PythonSet | PythonIterator | PythonFunction;

/** Distinct items, in order of arrival. */
export class PythonSet {
  readonly items: readonly LambdaValue[];

  constructor(items: readonly LambdaValue[]) {
    this.items = items;
  }
}

/** Gives its items once, computing each when it is asked for. */
export class PythonIterator {
  readonly items: Iterator<LambdaValue>;

  constructor(items: Iterator<LambdaValue>) {
    this.items = items;
  }
}

export type PythonKeywords = Readonly<Record<string, LambdaValue>>;

/** A builtin, a type or a nested lambda. */
export class PythonFunction {
  readonly name: string;
  readonly call: (args: readonly LambdaValue[], keywords: PythonKeywords, run: LambdaRun) => LambdaValue;
  /** For types: what `isinstance` asks. */
  readonly hasInstance?: (value: LambdaValue) => boolean;

  constructor(name: string, call: PythonFunction['call'], hasInstance?: PythonFunction['hasInstance']) {
    this.name = name;
    this.call = call;
    if (hasInstance !== undefined) this.hasInstance = hasInstance;
  }
}
