import { describeValue } from '../values/describe-value.ts';
import { isRecord } from '../values/is-record.ts';
import type { Environment } from './environment.ts';
import { collect } from './iterate.ts';
import { lambdaTypeError } from './lambda-error.ts';
import { guardItems } from './lambda-run.ts';
import type { LambdaValue } from './lambda-value.ts';
import { makeDict } from './make-dict.ts';
import type { PythonEvaluate } from './python-evaluate.ts';
import type { DictEntry, PythonItem, PythonNode } from './python-node.ts';

type CompileInner = (node: PythonNode) => PythonEvaluate;

/** The items of a list, tuple or set that is written out. */
export function compileItems(
  items: readonly PythonItem[],
  compile: CompileInner,
): (environment: Environment) => LambdaValue[] {
  const compiled = items.map((item) =>
    item.kind === 'spread' ? { isSpread: true, value: compile(item.value) } : { isSpread: false, value: compile(item) },
  );
  return (environment) => {
    const list: LambdaValue[] = [];
    for (const { isSpread, value } of compiled) {
      if (isSpread) list.push(...collect(value(environment), environment.run));
      else list.push(value(environment));
      guardItems(list.length);
    }
    return list;
  };
}

/** A dict that is written out; later entries win. */
export function compileDict(entries: readonly DictEntry[], compile: CompileInner): PythonEvaluate {
  const compiled = entries.map(({ key, value }) => ({ key: key && compile(key), value: compile(value) }));
  return (environment) => {
    const pairs: [LambdaValue, LambdaValue][] = [];
    for (const { key, value } of compiled) {
      if (key === undefined) pairs.push(...pairsOf(value(environment)));
      else pairs.push([key(environment), value(environment)]);
    }
    return makeDict(pairs);
  };
}

function pairsOf(value: LambdaValue): [string, LambdaValue][] {
  if (!isRecord(value)) throw lambdaTypeError(`\`**\` spreads a dict, not ${describeValue(value)}`);
  return Object.entries(value) as [string, LambdaValue][];
}
