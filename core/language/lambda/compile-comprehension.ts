import type { Value } from '../values/value.ts';
import { isTrue } from './compare-lambda-values.ts';
import { bindTargets, type Environment } from './environment.ts';
import { iterate } from './iterate.ts';
import { guardItems } from './lambda-run.ts';
import { type LambdaValue, PythonIterator } from './lambda-value.ts';
import { makeDict } from './make-dict.ts';
import { makeSet } from './make-set.ts';
import type { CompilePython, Names, PythonEvaluate } from './python-evaluate.ts';
import type { Comprehension } from './python-node.ts';

type Rounds = (environment: Environment) => Generator<Environment>;

export function compileComprehension(node: Comprehension, outer: Names, compile: CompilePython): PythonEvaluate {
  const [rounds, names] = compileClauses(node, outer, compile);
  const element = compile(node.element, names);
  const key = node.key && compile(node.key, names);
  switch (node.makes) {
    case 'list':
      return (environment) => results(rounds, element, environment) as Value[];
    case 'set':
      return (environment) => makeSet(results(rounds, element, environment), environment.run);
    case 'dict':
      return (environment) =>
        makeDict(
          results(rounds, (inner) => [key!(inner) as Value, element(inner) as Value], environment) as [
            LambdaValue,
            LambdaValue,
          ][],
        );
    case 'generator':
      return (environment) => new PythonIterator(lazily(rounds, element, environment));
  }
}

/** One environment for every round of the nested loops that passes the conditions. */
function compileClauses(node: Comprehension, outer: Names, compile: CompilePython): [Rounds, Names] {
  let names = outer;
  let rounds: Rounds = function* (environment) {
    yield environment;
  };
  for (const clause of node.clauses) {
    const before = rounds;
    const iterable = compile(clause.iterable, names);
    const inner = new Set([...names, ...clause.targets]);
    const conditions = clause.conditions.map((condition) => compile(condition, inner));
    names = inner;
    rounds = function* (environment) {
      for (const round of before(environment)) {
        for (const item of iterate(iterable(round), environment.run)) {
          const bound = bindTargets(round, clause.targets, clause.unpacks, item);
          if (conditions.every((condition) => isTrue(condition(bound)))) yield bound;
        }
      }
    };
  }
  return [rounds, names];
}

function results(rounds: Rounds, element: PythonEvaluate, environment: Environment): LambdaValue[] {
  const list: LambdaValue[] = [];
  for (const round of rounds(environment)) {
    list.push(element(round));
    guardItems(list.length);
  }
  return list;
}

function* lazily(rounds: Rounds, element: PythonEvaluate, environment: Environment): Generator<LambdaValue> {
  for (const round of rounds(environment)) yield element(round);
}
