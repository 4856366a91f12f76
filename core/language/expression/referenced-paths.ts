import { leadingNames } from '../path/leading-names.ts';
import { allNodes } from './child-nodes.ts';
import type { Root } from './expression-node.ts';

export interface ReferencedPath {
  readonly context: string;
  /** Names up to the first index, wildcard or filter. */
  readonly segments: readonly string[];
  readonly offset: number;
}

/** Every path that the expression may read, in the order of the text. */
export function referencedPaths(root: Root): ReferencedPath[] {
  const found: ReferencedPath[] = [];
  for (const node of allNodes(root)) {
    if (node.kind === 'path') {
      const { context, start: offset } = node;
      found.push({ context, segments: leadingStrings(node.segments), offset });
    } else if (node.kind === 'query') {
      found.push({ context: node.context, segments: leadingNames(node.query), offset: node.start });
    }
  }
  return found;
}

function leadingStrings(segments: readonly (string | number)[]): string[] {
  const end = segments.findIndex((segment) => typeof segment !== 'string');
  return (end === -1 ? segments : segments.slice(0, end)) as string[];
}
