import type { NamedOperator } from './path-node.ts';

const SUB = /^sub\(\/(.*)\/,\s+(.*)\)/s;
const SPLIT = /^split\s*\(\s*(['"]?)(.+?)\1\s*,\s*(-?\d+|\*)\s*,\s*(-?\d+)\s*\)/s;

/** The text between backquotes: `len`, `keys`, `path`, `sorted`, `str()`, `sub(/regex/, text)`, `split(chars, part, limit)`. */
export function parseNamedOperator(text: string): NamedOperator | undefined {
  if (text === 'len' || text === 'keys' || text === 'path' || text === 'sorted') return { name: text };
  if (text.startsWith('str()')) return { name: 'str' };
  const sub = SUB.exec(text);
  if (sub) return { name: 'sub', pattern: sub[1]!.trim(), replacement: sub[2]!.trim() };
  const split = SPLIT.exec(text);
  if (!split) return undefined;
  const segment = split[3] === '*' ? '*' : Number(split[3]);
  return { name: 'split', separator: split[2]!, segment, maxSplits: Number(split[4]) };
}
