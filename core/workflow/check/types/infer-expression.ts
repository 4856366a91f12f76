import { type BackplaneError, Float } from '@backplane/sdk';
import { raise } from '../../../errors/catalogue.ts';
import type {
  BinaryExpression,
  CallExpression,
  Expression,
  IndexExpression,
  Literal,
  PathExpression,
  QueryExpression,
} from '../../../language/expression/expression-node.ts';
import { findFunction } from '../../../language/functions/function-table.ts';
import { functionType } from '../../../language/functions/function-types.ts';
import { givesList } from '../../../language/path/gives-list.ts';
import { isFloat } from '../../../language/values/integer.ts';
import { misfit } from './fits.ts';
import { inferNegation, inferOperator } from './infer-operator.ts';
import {
  BOOL,
  describeKinds,
  describeType,
  LIST,
  NULL,
  oneOf,
  type Shape,
  type StaticType,
  TEXT,
} from './static-type.ts';

/** What the contexts of one place hold, and who hears of what is wrong there. */
export interface TypeScope {
  read(path: PathExpression): StaticType;
  /** `isCertain`: it fails whenever the expression is evaluated. */
  report(offset: number, error: BackplaneError, how: { readonly isCertain: boolean }): void;
}

/** What an expression gives, as far as can be told. Reports what fails, or says nothing, whatever the run brings. */
export function inferExpression(node: Expression, scope: TypeScope): StaticType {
  return new Inference(scope).infer(node, true);
}

class Inference {
  readonly #scope: TypeScope;

  constructor(scope: TypeScope) {
    this.#scope = scope;
  }

  /** `always`: whatever else the expression does, this part of it is evaluated. */
  infer(node: Expression, always: boolean): StaticType {
    switch (node.kind) {
      case 'literal':
        return literalType(node.value);
      case 'path':
        return this.#scope.read(node);
      case 'query':
        return queryType(node);
      case 'call':
        return this.#call(node, always);
      case 'cast':
        this.infer(node.operand, always);
        return [{ kind: node.type }];
      case 'unary': {
        const operand = this.infer(node.operand, always);
        return node.operator === 'not' ? BOOL : inferNegation(operand);
      }
      case 'binary':
        return this.#binary(node, always);
      case 'logical': {
        const left = this.infer(node.left, always);
        const right = this.infer(node.right, false);
        if (node.operator === '&&' || left === 'unknown') return oneOf(left, right);
        return oneOf(
          left.filter(({ kind }) => kind !== 'null'),
          right,
        );
      }
      case 'conditional': {
        this.infer(node.test, always);
        return oneOf(this.infer(node.whenTrue, false), this.infer(node.whenFalse, false));
      }
      case 'index':
        return this.#index(node, always);
      case 'list':
        return [
          {
            kind: 'list',
            item: node.items.length === 0 ? 'unknown' : oneOf(...node.items.map((item) => this.infer(item, always))),
          },
        ];
      case 'map':
        return [
          { kind: 'dict', fields: new Map(node.entries.map(({ key, value }) => [key, this.infer(value, always)])) },
        ];
    }
  }

  #call({ name, args, isMapped, start }: CallExpression, always: boolean): StaticType {
    const given = args.map((arg) => this.infer(arg, always));
    const type = functionType(name);
    const item =
      type?.items === undefined
        ? 'unknown'
        : ([{ kind: type.items, fields: new Map(), others: 'unknown', item: 'unknown' }] as const);
    const result: StaticType =
      type?.result === undefined
        ? 'unknown'
        : type.result.map((kind) => (kind === 'list' ? { kind, item } : shapeOfKind(kind)));
    if (isMapped) return [{ kind: 'list', item: result }];
    for (const [at, arg] of given.entries()) {
      const wanted = at < (type?.parameters.length ?? 0) ? type!.parameters[at] : type?.rest;
      const wrong = wanted === undefined ? undefined : misfit(arg, ({ kind }) => wanted.has(kind));
      if (wrong === undefined) continue;
      const names = findFunction(name)!.parameters;
      const parameter = (names[at] ?? names.at(-1)!).replace('*', '');
      const expected = describeKinds([...wanted!].filter((kind) => kind !== 'null' && kind !== 'bool'));
      const error = raise.WORKFLOW_FUNCTION_MISFIT({ function: name, parameter, expected, ...wrong });
      this.#scope.report(args[at]!.start ?? start, error, { isCertain: always && !wrong.unlessNull });
    }
    return result;
  }

  #binary(node: BinaryExpression, always: boolean): StaticType {
    const { operator, start } = node;
    const [left, right] = [this.infer(node.left, always), this.infer(node.right, always)];
    if (operator === '==' || operator === '!=') this.#checkEquality(node, left, right);
    const result = inferOperator(operator, left, right);
    if (result !== undefined) return result;
    const names = [left, right].map((type) => describeType(type as readonly Shape[]));
    const error = raise.WORKFLOW_OPERANDS_MISFIT({ operator, left: names[0]!, right: names[1]! });
    this.#scope.report(start, error, { isCertain: always });
    return 'unknown';
  }

  /** Whether something is null is always worth asking. */
  #checkEquality({ operator, start }: BinaryExpression, left: StaticType, right: StaticType): void {
    if (left === 'unknown' || right === 'unknown') return;
    const [one, other] = [left, right].map((type) => type.filter(({ kind }) => kind !== 'null'));
    if (one!.length === 0 || other!.length === 0) return;
    if (left.length > one!.length && right.length > other!.length) return;
    if (one!.some((shape) => other!.some((candidate) => mayEqual(shape, candidate)))) return;
    const names = [one!, other!].map(describeType);
    const holds = operator === '!=';
    const error = raise.WORKFLOW_COMPARISON_CONSTANT({ operator, left: names[0]!, right: names[1]!, holds });
    this.#scope.report(start, error, { isCertain: false });
  }

  #index({ target, index }: IndexExpression, always: boolean): StaticType {
    const found = this.infer(target, always);
    this.infer(index, always);
    if (found === 'unknown') return 'unknown';
    return oneOf(
      ...found.map((shape): StaticType => {
        if (shape.kind === 'list') return shape.item;
        return shape.kind === 'str' ? TEXT : 'unknown';
      }),
    );
  }
}

const NUMERIC: ReadonlySet<string> = new Set(['bool', 'int', 'float']);

function mayEqual(one: Shape, other: Shape): boolean {
  if (NUMERIC.has(one.kind) && NUMERIC.has(other.kind)) return true;
  if (one.kind !== other.kind) return false;
  if (one.kind !== 'str' || one.values === undefined) return true;
  const { values } = other as typeof one;
  return values === undefined || one.values.some((text) => values.includes(text));
}

function shapeOfKind(kind: Shape['kind']): Shape {
  if (kind === 'dict') return { kind, fields: new Map(), others: 'unknown' };
  return kind === 'list' ? { kind, item: 'unknown' } : { kind };
}

function literalType(value: Literal['value']): StaticType {
  if (value === null) return NULL;
  if (typeof value === 'string') return [{ kind: 'str', values: [value] }];
  if (typeof value === 'boolean') return BOOL;
  return [{ kind: Float.is(value) || isFloat(value) ? 'float' : 'int' }];
}

function queryType({ query }: QueryExpression): StaticType {
  return givesList(query) ? LIST : 'unknown';
}
