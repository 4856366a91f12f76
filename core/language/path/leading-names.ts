import type { PathNode } from './path-node.ts';
import { plainSegments } from './plain-segments.ts';

/** The names that a path certainly begins with, up to its first index, wildcard, filter or `..`. */
export function leadingNames(node: PathNode): string[] {
  const chain = flatten(node);
  const names: string[] = [];
  for (const link of chain) {
    const [name, ...more] = plainSegments(link) ?? [];
    if (typeof name !== 'string' || more.length > 0) break;
    names.push(name);
  }
  return names;
}

/** The links of a chain of children, left to right; what follows a link that is no child is cut off. */
function flatten(node: PathNode): PathNode[] {
  if (node.kind === 'child') return [...flatten(node.left), ...flatten(node.right)];
  // Whatever the left side finds is read, whichever of its parts match on the right.
  if (node.kind === 'descendants' || node.kind === 'where') return [...flatten(node.left), { kind: 'root' }];
  return node.kind === 'this' ? [] : [node];
}
