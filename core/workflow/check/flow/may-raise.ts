import { allNodes } from '../../../language/expression/child-nodes.ts';
import { readCondition } from './read-condition.ts';

const HARMLESS_OPERATORS: ReadonlySet<string> = new Set(['==', '!=', 'is', 'is not', 'not']);

/** Whether a condition may fail instead of giving an answer. A missing path does so only where the file is strict. */
export function mayRaise(written: unknown, { strict }: { readonly strict: boolean }): boolean {
  const condition = readCondition(written);
  if (condition.kind !== 'expression') return condition.kind === 'other';
  for (const node of allNodes(condition.node)) {
    switch (node.kind) {
      case 'literal':
      case 'logical':
      case 'conditional':
      case 'list':
      case 'map':
        break;
      case 'path':
        if (strict) return true;
        break;
      case 'unary':
      case 'binary':
        if (!HARMLESS_OPERATORS.has(node.operator)) return true;
        break;
      default:
        return true;
    }
  }
  return false;
}
