import { allNodes } from '../../../language/expression/child-nodes.ts';
import type { Expression } from '../../../language/expression/expression-node.ts';
import { formatExpression } from '../../../language/expression/format-expression.ts';
import { referencedPaths } from '../../../language/expression/referenced-paths.ts';
import type { ActionDefinition } from '../../workflow-definition.ts';
import { ALWAYS, type DecisionDiagrams, type Diagram, NEVER } from './decision-diagrams.ts';
import { readCondition } from './read-condition.ts';

/** What these give differs from one call to the next. */
const CHANGING: ReadonlySet<string> = new Set([
  'now',
  'utcnow',
  'today',
  'wall_clock',
  'uuid4',
  'generate_uuid',
  'is_working_hours',
  'get_interaction',
]);

const OPPOSITES: Readonly<Record<string, '==' | 'in' | 'is'>> = { '!=': '==', 'not in': 'in', 'is not': 'is' };

/**
 * The `run_if` of every action as a condition. Two that say the same about the same things are one variable: so it is seen that
 * they hold together, or that one holds when its negation does not. `isBefore` tells which results an action finds unchanged.
 */
export class RunConditions {
  readonly #diagrams: DecisionDiagrams;
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #isBefore: (earlier: number, later: number) => boolean;
  readonly #shared = new Map<string, Diagram>();

  constructor(
    diagrams: DecisionDiagrams,
    actions: readonly ActionDefinition[],
    isBefore: (earlier: number, later: number) => boolean,
  ) {
    this.#diagrams = diagrams;
    this.#indexes = new Map(actions.map(({ ref }, index) => [ref, index]));
    this.#isBefore = isBefore;
  }

  of({ runIf }: ActionDefinition, index: number): Diagram {
    if (runIf === undefined) return ALWAYS;
    const condition = readCondition(runIf);
    if (condition.kind === 'constant') return condition.holds ? ALWAYS : NEVER;
    if (condition.kind === 'other') return this.#diagrams.variable();
    return this.#ofNode(condition.node, index);
  }

  #ofNode(node: Expression, index: number): Diagram {
    if (node.kind === 'unary' && node.operator === 'not') return this.#diagrams.not(this.#ofNode(node.operand, index));
    if (node.kind === 'logical') {
      const [left, right] = [this.#ofNode(node.left, index), this.#ofNode(node.right, index)];
      return node.operator === '&&' ? this.#diagrams.and(left, right) : this.#diagrams.or(left, right);
    }
    if (node.kind === 'binary' && Object.hasOwn(OPPOSITES, node.operator)) {
      return this.#diagrams.not(this.#ofNode({ ...node, operator: OPPOSITES[node.operator]! }, index));
    }
    if (!this.#isStable(node, index)) return this.#diagrams.variable();
    const text = formatExpression(node);
    const known = this.#shared.get(text) ?? this.#diagrams.variable();
    this.#shared.set(text, known);
    return known;
  }

  /** Whether the expression gives the same wherever in the run it is evaluated. */
  #isStable(node: Expression, index: number): boolean {
    for (const inner of allNodes(node)) if (inner.kind === 'call' && CHANGING.has(inner.name)) return false;
    return referencedPaths(node).every(({ context, segments }) => {
      if (context !== 'ACTIONS') return context !== 'ENV' && context !== 'var';
      const read = segments[0] === undefined ? undefined : this.#indexes.get(segments[0]);
      return read !== undefined && this.#isBefore(read, index);
    });
  }
}
