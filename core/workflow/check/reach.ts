import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { controlKind } from '../control/control-kind.ts';
import type { Edges } from '../edges-of.ts';
import { type Regions, regionsOf } from '../regions-of.ts';
import { enclosing, type Scope, type Scopes } from '../scopes.ts';
import type { ActionDefinition } from '../workflow-definition.ts';
import { ancestorsOf } from './ancestors.ts';
import type { ExpressionPlace } from './expression-places.ts';

/** Which results an expression can read: those that are there by then, and that are there once for it. */
export class Reach {
  readonly #actions: readonly ActionDefinition[];
  readonly #scopes: Scopes;
  readonly #regions: Regions;
  readonly #ancestors: readonly bigint[];

  constructor(actions: readonly ActionDefinition[], edges: Edges, scopes: Scopes) {
    this.#actions = actions;
    this.#scopes = scopes;
    this.#regions = regionsOf(actions, scopes);
    this.#ancestors = ancestorsOf(edges);
  }

  /** Why this place cannot read the result of that action; undefined when it can. */
  problem({ action: reader, role }: ExpressionPlace, read: number): BackplaneError | undefined {
    const { ref } = this.#actions[read]!;
    const by = reader?.ref ?? 'returns';
    const scatter = this.#hiddenBy(reader?.index, role, read);
    if (scatter !== undefined) return raise.WORKFLOW_SCOPE_REFERENCE({ ref, by, scatter: this.#actions[scatter]!.ref });
    if (reader === undefined) return undefined;
    const loop = role === 'loop-end' ? this.#scopes.all[this.#scopes.of[reader.index]!]! : undefined;
    if (loop !== undefined && loop.opener !== read && !this.#around(read).includes(loop)) {
      return raise.WORKFLOW_LOOP_CONDITION_SCOPE({ ref, end: by, start: this.#actions[loop.opener!]!.ref });
    }
    const isThere = this.#isBefore(read, reader.index) || (reader.seesItself && read === reader.index);
    return isThere || this.#isFromIterationBefore(read, reader.index)
      ? undefined
      : raise.WORKFLOW_REFERENCE_NOT_UPSTREAM({ ref, by });
  }

  /** The scatter in whose streams the result stays, if the reader is not in the same stream. */
  #hiddenBy(reader: number | undefined, role: ExpressionPlace['role'], read: number): number | undefined {
    const { regions, of, ofScope } = this.#regions;
    const inside = role === 'around-streams' ? of[reader!]! : ofScope[this.#scopes.of[reader!]!]!;
    for (
      let region = reader === undefined ? 0 : inside;
      region !== of[read]!;
      region = of[regions[region]!.scatter!]!
    ) {
      if (region === 0) return regions[of[read]!]!.scatter!;
    }
    return undefined;
  }

  #isBefore(earlier: number, later: number): boolean {
    return ((this.#ancestors[later]! >> BigInt(earlier)) & 1n) === 1n;
  }

  /** In a loop an action can read what itself, or something behind it, gave in the iteration before. */
  #isFromIterationBefore(read: number, reader: number): boolean {
    if (read !== reader && !this.#isBefore(reader, read)) return false;
    const { of, ofScope } = this.#regions;
    const shared = new Set(enclosing(this.#scopes.all, this.#scopes.of[reader]!));
    return this.#around(read).some((scope) => {
      return scope.kind === 'loop' && shared.has(scope) && ofScope[scope.index] === of[read];
    });
  }

  /** The scopes around the place where the result belongs: of a gather, that of its scatter. */
  #around(action: number): Scope[] {
    const { all, of } = this.#scopes;
    const chain = enclosing(all, of[action]!);
    return controlKind(this.#actions[action]!.action) === 'gather' ? chain.slice(1) : chain;
  }
}
