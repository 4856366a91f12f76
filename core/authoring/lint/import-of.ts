import type { AnyNode } from 'acorn';

/** The module that a node imports by a name that stands there; undefined for every other node. */
export function importOf(node: AnyNode): string | undefined {
  if (
    node.type !== 'ImportDeclaration' &&
    node.type !== 'ImportExpression' &&
    node.type !== 'ExportAllDeclaration' &&
    node.type !== 'ExportNamedDeclaration'
  )
    return undefined;
  const { source } = node;
  return source?.type === 'Literal' && typeof source.value === 'string' ? source.value : undefined;
}
