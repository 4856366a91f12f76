import { allNodes } from '../../../language/expression/child-nodes.ts';
import { compileNode } from '../../../language/expression/compile-node.ts';
import type { Expression } from '../../../language/expression/expression-node.ts';
import { isTruthy } from '../../../language/values/truthiness.ts';

/**
 * Whether an expression is true, or false, whatever the run brings; undefined when that depends on it, or when it fails. Parts that
 * hold no reference and no function call are computed; `&&`, `||`, `not` and the ternary decide with what they know.
 */
export function constantTruth(node: Expression): boolean | undefined {
  switch (node.kind) {
    case 'logical': {
      const [left, right] = [constantTruth(node.left), constantTruth(node.right)];
      const decisive = node.operator === '||';
      if (left === decisive) return decisive;
      // What stands on the left must be evaluated all the same, and could fail; a run that fails there is not decided here.
      if (right === decisive) return decisive;
      return left === undefined ? undefined : right;
    }
    case 'unary': {
      if (node.operator !== 'not') return computed(node);
      const operand = constantTruth(node.operand);
      return operand === undefined ? undefined : !operand;
    }
    case 'conditional': {
      const test = constantTruth(node.test);
      if (test !== undefined) return constantTruth(test ? node.whenTrue : node.whenFalse);
      const [one, other] = [constantTruth(node.whenTrue), constantTruth(node.whenFalse)];
      return one === other ? one : undefined;
    }
    default:
      return computed(node);
  }
}

/** Functions count as changing: some read the clock. */
function computed(node: Expression): boolean | undefined {
  for (const { kind } of allNodes(node)) if (kind === 'path' || kind === 'query' || kind === 'call') return undefined;
  try {
    return isTruthy(compileNode(node)({}));
  } catch {
    return undefined;
  }
}
