import type { Expression, Root } from './expression-node.ts';

/** The nodes directly below one, in the order in which they stand in the text. */
export function childNodes(node: Root): readonly Expression[] {
  switch (node.kind) {
    case 'literal':
    case 'path':
    case 'query':
      return [];
    case 'call':
      return node.args;
    case 'cast':
    case 'unary':
      return [node.operand];
    case 'binary':
    case 'logical':
      return [node.left, node.right];
    case 'conditional':
      return [node.whenTrue, node.test, node.whenFalse];
    case 'index':
      return [node.target, node.index];
    case 'list':
      return node.items;
    case 'map':
      return node.entries.map((entry) => entry.value);
    case 'loop':
      return [node.iterable];
  }
}

/** A node and everything below it, parents first. */
export function* allNodes(node: Root): Generator<Root> {
  const pending: Root[] = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    yield next;
    pending.push(...childNodes(next).toReversed());
  }
}
