import { Float } from '@backplane/sdk';
import type { Expression, Literal, Root } from './expression-node.ts';
import { BINDINGS } from './operator-binding.ts';
import { pathText } from './path-text.ts';

const CONDITIONAL = 1;
const NOT = 4;
const UNARY = 10;
const ATOM = 12;

/** Writes a tree in canonical spelling; parsing that gives the same tree. Parentheses only where they are needed. */
export function formatExpression(root: Root): string {
  if (root.kind === 'loop') return `for var.${root.target.join('.')} in ${write(root.iterable, 0)}`;
  if (root.kind === 'cast' && root.isTrailing) return `${write(root.operand, 0)} -> ${root.type}`;
  return write(root, 0);
}

/** `minimum` is the binding below which the node needs parentheses. */
function write(node: Expression, minimum: number): string {
  const [text, binding] = spell(node);
  return binding < minimum ? `(${text})` : text;
}

/** The text of a node and how tightly its outermost operator binds. */
function spell(node: Expression): [text: string, binding: number] {
  switch (node.kind) {
    case 'literal':
      return [literalText(node.value), ATOM];
    case 'path':
      return [pathText(node.context, node.segments), ATOM];
    case 'query':
      return [node.context + node.text, ATOM];
    case 'call':
      return [`FN.${node.name}${node.isMapped ? '.map' : ''}(${list(node.args)})`, ATOM];
    case 'cast':
      return [`${node.type}(${write(node.operand, 0)})`, ATOM];
    case 'unary':
      return node.operator === 'not'
        ? [`not ${write(node.operand, NOT)}`, NOT]
        : [`${node.operator}${write(node.operand, UNARY)}`, UNARY];
    case 'binary':
    case 'logical': {
      const binding = BINDINGS[node.operator]!;
      // All operators group to the left, so an equal one on the right needs parentheses.
      return [`${write(node.left, binding)} ${node.operator} ${write(node.right, binding + 0.5)}`, binding];
    }
    case 'conditional': {
      const [whenTrue, test] = [write(node.whenTrue, CONDITIONAL + 0.5), write(node.test, CONDITIONAL + 0.5)];
      return [`${whenTrue} if ${test} else ${write(node.whenFalse, CONDITIONAL)}`, CONDITIONAL];
    }
    case 'index':
      return [`${indexTarget(node.target)}[${write(node.index, 0)}]`, ATOM];
    case 'list':
      return [`[${list(node.items)}]`, ATOM];
    case 'map':
      return [`{${node.entries.map(({ key, value }) => `${quote(key)}: ${write(value, 0)}`).join(', ')}}`, ATOM];
  }
}

function list(nodes: readonly Expression[]): string {
  return nodes.map((node) => write(node, 0)).join(', ');
}

/** Brackets right after a path would belong to it. */
function indexTarget(target: Expression): string {
  const text = write(target, ATOM);
  return target.kind === 'path' || target.kind === 'query' ? `(${text})` : text;
}

function literalText(value: Literal['value']): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return quote(value);
  return Float.is(value) ? floatText(value.value) : String(value);
}

/** Whole floats keep a sign that they are floats. */
function floatText(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** Strings are written as they stand; one quote or the other fits, since both unescaped cannot have come from a literal. */
function quote(text: string): string {
  return /^(?:[^'\\]|\\.)*$/s.test(text) ? `'${text}'` : `"${text}"`;
}
