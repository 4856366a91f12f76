import type { Float } from '@backplane/sdk';
import type { PathNode } from '../path/path-node.ts';

/** Where a node stands in the expression's text. `end` is the offset after its last character. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type CastType = 'int' | 'float' | 'str' | 'bool';
export type BinaryOperator = ComparisonOperator | MembershipOperator | IdentityOperator | ArithmeticOperator;
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type MembershipOperator = 'in' | 'not in';
export type IdentityOperator = 'is' | 'is not';
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';

export type Expression =
  | Literal
  | PathExpression
  | QueryExpression
  | CallExpression
  | CastExpression
  | UnaryExpression
  | BinaryExpression
  | LogicalExpression
  | ConditionalExpression
  | IndexExpression
  | ListExpression
  | MapExpression;

/** What a whole `${{ }}` may hold: loops stand alone. */
export type Root = Expression | LoopExpression;

/** Strings hold their text as written: backslashes are not decoded. */
export interface Literal extends Span {
  readonly kind: 'literal';
  readonly value: null | boolean | number | bigint | Float | string;
}

/** A path of names and indices only, `inputs.list[0].id`: read member by member, without a search. */
export interface PathExpression extends Span {
  readonly kind: 'path';
  readonly context: string;
  readonly segments: readonly (string | number)[];
}

/** Any other path: wildcards, filters, slices, `..`. */
export interface QueryExpression extends Span {
  readonly kind: 'query';
  readonly context: string;
  /** What follows the context, as written. */
  readonly text: string;
  readonly query: PathNode;
}

/** `FN.name(…)`, or `FN.name.map(…)` once for every item of its list arguments. */
export interface CallExpression extends Span {
  readonly kind: 'call';
  readonly name: string;
  readonly isMapped: boolean;
  readonly args: readonly Expression[];
}

/** `int(x)`, or `x -> int` when `isTrailing`. */
export interface CastExpression extends Span {
  readonly kind: 'cast';
  readonly type: CastType;
  readonly operand: Expression;
  readonly isTrailing: boolean;
}

export interface UnaryExpression extends Span {
  readonly kind: 'unary';
  readonly operator: '-' | '+' | 'not';
  readonly operand: Expression;
}

export interface BinaryExpression extends Span {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface LogicalExpression extends Span {
  readonly kind: 'logical';
  readonly operator: '||' | '&&';
  readonly left: Expression;
  readonly right: Expression;
}

export interface ConditionalExpression extends Span {
  readonly kind: 'conditional';
  readonly test: Expression;
  readonly whenTrue: Expression;
  readonly whenFalse: Expression;
}

export interface IndexExpression extends Span {
  readonly kind: 'index';
  readonly target: Expression;
  readonly index: Expression;
}

export interface ListExpression extends Span {
  readonly kind: 'list';
  readonly items: readonly Expression[];
}

export interface MapExpression extends Span {
  readonly kind: 'map';
  readonly entries: readonly { readonly key: string; readonly value: Expression }[];
}

/** `for var.a.b in items`: `target` is `['a', 'b']`. */
export interface LoopExpression extends Span {
  readonly kind: 'loop';
  readonly target: readonly string[];
  readonly iterable: Expression;
}
