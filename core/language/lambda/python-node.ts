import type { Value } from '../values/value.ts';

/** The tree of a Python expression, as far as lambdas need it. `offset` counts from the start of the lambda. */
export type PythonNode =
  | { readonly kind: 'constant'; readonly value: Value }
  | { readonly kind: 'name'; readonly name: string; readonly offset: number }
  | { readonly kind: 'text'; readonly parts: readonly TextPart[] }
  | { readonly kind: 'list' | 'tuple' | 'set'; readonly items: readonly PythonItem[] }
  | { readonly kind: 'dict'; readonly entries: readonly DictEntry[] }
  | { readonly kind: 'unary'; readonly operator: '-' | '+' | 'not'; readonly operand: PythonNode }
  | {
      readonly kind: 'binary';
      readonly operator: PythonOperator;
      readonly left: PythonNode;
      readonly right: PythonNode;
    }
  | { readonly kind: 'boolean'; readonly operator: 'and' | 'or'; readonly left: PythonNode; readonly right: PythonNode }
  /** `a < b <= c` is one chain of two links. */
  | { readonly kind: 'comparison'; readonly first: PythonNode; readonly links: readonly ComparisonLink[] }
  | {
      readonly kind: 'conditional';
      readonly test: PythonNode;
      readonly whenTrue: PythonNode;
      readonly whenFalse: PythonNode;
    }
  | {
      readonly kind: 'call';
      readonly target: PythonNode;
      readonly args: readonly PythonNode[];
      readonly keywords: Keywords;
    }
  | {
      readonly kind: 'method';
      readonly target: PythonNode;
      readonly name: string;
      readonly args: readonly PythonNode[];
      readonly keywords: Keywords;
      readonly offset: number;
    }
  | { readonly kind: 'index'; readonly target: PythonNode; readonly index: PythonNode }
  | { readonly kind: 'slice'; readonly target: PythonNode; readonly bounds: readonly (PythonNode | undefined)[] }
  | Comprehension
  | { readonly kind: 'lambda'; readonly parameters: readonly string[]; readonly body: PythonNode };

/** `[1, *more]`: `spread` puts in what it holds. */
export type PythonItem = PythonNode | { readonly kind: 'spread'; readonly value: PythonNode };
/** `{'a': 1, **more}`: an entry without a key is spread. */
export interface DictEntry {
  readonly key?: PythonNode;
  readonly value: PythonNode;
}

export type PythonOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**' | '|' | '&' | '^';

export interface ComparisonLink {
  readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in' | 'is' | 'is not';
  readonly right: PythonNode;
}

export type Keywords = readonly { readonly name: string; readonly value: PythonNode }[];

/** `[element for target in iterable if condition]`; a dict also has a `key`. */
export interface Comprehension {
  readonly kind: 'comprehension';
  readonly makes: 'list' | 'set' | 'dict' | 'generator';
  readonly key?: PythonNode;
  readonly element: PythonNode;
  readonly clauses: readonly Clause[];
}

export interface Clause {
  /** One name takes the item; several unpack it. */
  readonly targets: readonly string[];
  readonly unpacks: boolean;
  readonly iterable: PythonNode;
  readonly conditions: readonly PythonNode[];
}

/** A piece of an f-string. */
export type TextPart =
  | string
  | { readonly value: PythonNode; readonly conversion?: 'r' | 's' | 'a'; readonly format: readonly TextPart[] };
