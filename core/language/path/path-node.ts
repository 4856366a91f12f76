/** The tree of a JSONPath with the extensions of Python's jsonpath-ng (filters, sorting, arithmetic, named operators). */
export type PathNode =
  | { readonly kind: 'root' }
  | { readonly kind: 'this' }
  | { readonly kind: 'parent' }
  /** `.name`, `['a', 'b']`; the name `*` stands for every field. */
  | { readonly kind: 'fields'; readonly names: readonly string[] }
  | { readonly kind: 'index'; readonly indices: readonly number[] }
  /** `[*]` has no bounds at all. */
  | { readonly kind: 'slice'; readonly start?: number; readonly stop?: number; readonly step?: number }
  /** Keeps the items for which every condition finds something. */
  | { readonly kind: 'filter'; readonly conditions: readonly Condition[]; readonly parenthesised: boolean }
  | { readonly kind: 'sort'; readonly keys: readonly SortKey[] }
  | { readonly kind: 'named'; readonly operator: NamedOperator }
  | { readonly kind: 'child'; readonly left: PathNode; readonly right: PathNode }
  | { readonly kind: 'descendants'; readonly left: PathNode; readonly right: PathNode }
  | { readonly kind: 'union'; readonly left: PathNode; readonly right: PathNode }
  | { readonly kind: 'where'; readonly left: PathNode; readonly right: PathNode; readonly negated: boolean }
  | {
      readonly kind: 'arithmetic';
      readonly operator: '+' | '-' | '*';
      readonly left: Operand;
      readonly right: Operand;
    };

export type Operand = PathNode | { readonly kind: 'literal'; readonly value: string | number };

/** `path` alone asks for existence; with a comparison, for a match whose value compares. */
export interface Condition {
  readonly path: PathNode;
  readonly comparison?: {
    readonly operator: ComparisonOperator;
    readonly value: string | number | boolean;
    readonly isInteger: boolean;
  };
}

export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | '=~';

export interface SortKey {
  readonly path: PathNode;
  readonly descending: boolean;
}

export type NamedOperator =
  | { readonly name: 'len' | 'keys' | 'path' | 'sorted' | 'str' }
  | { readonly name: 'sub'; readonly pattern: string; readonly replacement: string }
  /** `segment` is `*` for all parts. */
  | { readonly name: 'split'; readonly separator: string; readonly segment: number | '*'; readonly maxSplits: number };
