import type { AnyNode } from 'acorn';

/** True for `object.member` (or `object['member']`); `object` is a plain name. */
export function isMember(node: AnyNode, object: string, member?: string): boolean {
  if (node.type !== 'MemberExpression' || node.object.type !== 'Identifier' || node.object.name !== object)
    return false;
  if (member === undefined) return true;
  if (node.property.type === 'Identifier' && !node.computed) return node.property.name === member;
  return node.property.type === 'Literal' && node.property.value === member;
}
