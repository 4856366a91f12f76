import type { PathNode } from './path-node.ts';

/** The names and indices of a path that consists of nothing else; `undefined` for one that has to be searched. */
export function plainSegments(node: PathNode): (string | number)[] | undefined {
  switch (node.kind) {
    case 'this':
      return [];
    case 'fields':
      return node.names.length === 1 && node.names[0] !== '*' ? [node.names[0]!] : undefined;
    case 'index':
      return node.indices.length === 1 ? [node.indices[0]!] : undefined;
    case 'child': {
      const left = plainSegments(node.left);
      const right = left && plainSegments(node.right);
      return left && right && [...left, ...right];
    }
    default:
      return undefined;
  }
}
