import { isScalar, type Node, Scalar } from 'yaml';
import { blockOffsets } from './block-scalar-offsets.ts';
import { quotedOffsets } from './flow-scalar-offsets.ts';
import type { OffsetMap } from './offset-map.ts';

/**
 * Where in the file the character at `offset` of a decoded scalar stands. Decodes the scalar a second time, only when a
 * position is asked for; if that ever disagrees with the parser's text, the scalar's start is the honest answer.
 */
export function offsetInside(source: string, node: Node | null, offset: number): number {
  if (node === null) return 0;
  const start = node.range?.[0] ?? 0;
  if (!isScalar(node) || node.range == null) return start;
  const map = decode(source, node.type, start, node.range[1], String(node.value));
  if (map === undefined || map.text !== node.value) return start;
  return map.offsets[Math.min(Math.max(offset, 0), map.offsets.length - 1)]!;
}

function decode(
  source: string,
  style: string | undefined,
  start: number,
  end: number,
  text: string,
): OffsetMap | undefined {
  if (style === Scalar.BLOCK_LITERAL || style === Scalar.BLOCK_FOLDED) return blockOffsets(source, start, end, text);
  return quotedOffsets(source, start, end);
}
