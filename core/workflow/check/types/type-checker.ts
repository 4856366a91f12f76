import { raise } from '../../../errors/catalogue.ts';
import type { Expression, PathExpression } from '../../../language/expression/expression-node.ts';
import { parseExpression } from '../../../language/expression/parse-expression.ts';
import { pathText } from '../../../language/expression/path-text.ts';
import { nearest } from '../../../language/source/did-you-mean.ts';
import type { Findings } from '../../../language/source/findings.ts';
import type { DataPath } from '../../../language/source/yaml-source.ts';
import { hasExpression, splitString } from '../../../language/template/split-string.ts';
import { isRecord } from '../../../language/values/is-record.ts';
import { followPath } from './follow-path.ts';
import { inferExpression, type TypeScope } from './infer-expression.ts';
import { BOOL, NULL, type Shape, type StaticType, TEXT } from './static-type.ts';

/** What a place can read of the steps before it. */
export interface KnownResults {
  /** `certain` is false where the type is only what an author says of it. */
  result(ref: string): { readonly type: StaticType; readonly isCertain: boolean };
  readonly trigger: ReadonlyMap<string, StaticType>;
  readonly item: StaticType;
}

export interface Inferred {
  readonly type: StaticType;
  readonly isCertain: boolean;
}

/** Infers the values of one place, and reports what is wrong in its expressions. */
export class TypeChecker implements TypeScope {
  readonly #findings: Findings;
  readonly #known: KnownResults;
  #path: DataPath = [];
  #offset = 0;
  #isCertain = true;

  constructor(findings: Findings, known: KnownResults) {
    this.#findings = findings;
    this.#known = known;
  }

  /** Any value of a definition, as the run will see it. `visit` is told of everything that one expression makes. */
  value(written: unknown, path: DataPath, visit?: (inferred: Inferred, path: DataPath) => void): StaticType {
    if (typeof written === 'string') return this.#text(written, path, visit);
    if (written === null || written === undefined) return NULL;
    if (typeof written === 'boolean') return BOOL;
    if (Array.isArray(written)) {
      const items = written.map((item, index) => this.value(item, [...path, index], visit));
      return [{ kind: 'list', item: items.length === 1 ? items[0]! : items.length === 0 ? 'unknown' : common(items) }];
    }
    if (!isRecord(written))
      return [{ kind: typeof written === 'bigint' || Number.isInteger(written) ? 'int' : 'float' }];
    return [this.#map(written, path, visit)];
  }

  /** The iterable of a `for_each`, and the names it gives to its items. */
  iterator(
    text: string,
    path: DataPath,
  ): { target: readonly string[]; iterable: Inferred; offset: number } | undefined {
    const [part] = splitString(text.trim());
    if (part?.kind !== 'expression') return undefined;
    const node = parseExpression(part.source);
    if (node.kind !== 'loop') return undefined;
    const offset = part.offset + text.indexOf('${{');
    const iterable = this.#infer(node.iterable, path, offset);
    return { target: node.target, iterable, offset: offset + node.iterable.start };
  }

  #map(
    written: Readonly<Record<string, unknown>>,
    path: DataPath,
    visit: ((inferred: Inferred, path: DataPath) => void) | undefined,
  ): Shape {
    const fields = new Map<string, StaticType>();
    let isOpen = false;
    for (const [key, value] of Object.entries(written)) {
      const type = this.value(value, [...path, key], visit);
      if (hasExpression(key)) isOpen = true;
      else fields.set(key, type);
    }
    return { kind: 'dict', fields, ...(isOpen && { others: 'unknown' as const }) };
  }

  #text(written: string, path: DataPath, visit?: (inferred: Inferred, path: DataPath) => void): StaticType {
    if (!hasExpression(written)) return TEXT;
    const parts = splitString(written);
    for (const part of parts) {
      if (part.kind === 'text') continue;
      const node = parseExpression(part.source);
      if (node.kind === 'loop') return 'unknown';
      const inferred = this.#infer(node, path, part.offset);
      if (parts.length > 1) continue;
      visit?.(inferred, path);
      return inferred.type;
    }
    return TEXT;
  }

  #infer(node: Expression, path: DataPath, offset: number): Inferred {
    this.#path = path;
    this.#offset = offset;
    this.#isCertain = true;
    const type = inferExpression(node, this);
    return { type, isCertain: this.#isCertain };
  }

  read({ context, segments, start }: PathExpression): StaticType {
    const [first, ...rest] = segments;
    if (context === 'var') return this.#follow(this.#known.item, context, segments, 0, start);
    if (typeof first !== 'string') return 'unknown';
    if (context === 'TRIGGER' || context === 'INPUTS') return this.#readTrigger(context, first, segments, start);
    if (context !== 'ACTIONS') return 'unknown';
    const known = this.#known.result(first);
    if (!known.isCertain && rest[0] === 'result') this.#isCertain = false;
    return this.#follow(stepType(known.type), context, segments, 1, start);
  }

  #readTrigger(context: string, name: string, segments: PathExpression['segments'], start: number): StaticType {
    const { trigger } = this.#known;
    const type = trigger.get(name);
    if (type !== undefined) return this.#follow(type, context, segments, 1, start);
    const didYouMean = nearest(name, trigger.keys());
    if (didYouMean !== undefined) {
      this.report(start, raise.WORKFLOW_INPUT_UNDECLARED({ name, didYouMean }), { isCertain: false });
    }
    return 'unknown';
  }

  #follow(
    type: StaticType,
    context: string,
    segments: PathExpression['segments'],
    from: number,
    start: number,
  ): StaticType {
    return followPath(type, segments.slice(from), ({ at, name, didYouMean }) => {
      const path = pathText(context, segments.slice(0, from + at));
      const error = raise.WORKFLOW_FIELD_UNKNOWN({ path, name, ...(didYouMean !== undefined && { didYouMean }) });
      this.report(start, error, { isCertain: false });
    });
  }

  report(offset: number, error: Parameters<Findings['at']>[1], { isCertain }: { readonly isCertain: boolean }): void {
    const position = this.#findings.source.positionInside(this.#path, this.#offset + offset);
    this.#findings.at(position, error, isCertain && this.#isCertain ? {} : { severity: 'warning' });
  }
}

/** A step as `ACTIONS.<ref>` shows it. */
function stepType(result: StaticType): StaticType {
  const unknown = ['error', 'error_typename', 'interaction', 'interaction_id', 'interaction_type', 'collection_index'];
  const fields = new Map<string, StaticType>([
    ['result', result],
    ['result_typename', TEXT],
    ...unknown.map((name) => [name, 'unknown'] as const),
  ]);
  return [{ kind: 'dict', fields }];
}

function common(types: readonly StaticType[]): StaticType {
  return types.every((type) => type !== 'unknown' && type.length === 1 && type[0]!.kind === 'str') ? TEXT : 'unknown';
}
