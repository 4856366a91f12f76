import type { PathNode } from './path-node.ts';

/** Whether a path gives a list however many matches it has: one with `[*]`, or with a filter in parentheses. */
export function givesList(node: PathNode): boolean {
  switch (node.kind) {
    case 'slice':
      return node.start === undefined && node.stop === undefined && node.step === undefined;
    case 'filter':
      return node.parenthesised;
    case 'child':
    case 'descendants':
    case 'union':
    case 'where':
      return givesList(node.left) || givesList(node.right);
    case 'arithmetic':
      return [node.left, node.right].some((side) => side.kind !== 'literal' && givesList(side));
    default:
      return false;
  }
}
