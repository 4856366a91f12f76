import type { OffsetMap } from './offset-map.ts';

interface Line {
  readonly start: number;
  readonly indent: number;
  /** Without its indentation and line break. */
  readonly content: string;
}

/**
 * Decodes a block scalar (`|` or `>`). The indentation is not written down in the file when it has an explicit indicator
 * relative to the parent, so every possible one is tried against the known text; the first is nearly always right.
 */
export function blockOffsets(source: string, start: number, end: number, text: string): OffsetMap | undefined {
  const headerEnd = source.indexOf('\n', start);
  if (headerEnd === -1) return text === '' ? { text, offsets: [end] } : undefined;
  const lines = readLines(source, headerEnd + 1, end);
  const widest = lines.find((line) => line.content !== '')?.indent ?? 0;
  const folded = source[start] === '>';
  for (let indent = widest; indent >= 0; indent--) {
    const map = cut(decodeLines(lines, indent, folded), text, end);
    if (map !== undefined) return map;
  }
  return undefined;
}

function readLines(source: string, from: number, end: number): Line[] {
  const lines: Line[] = [];
  for (let start = from; start < end; ) {
    const newline = source.indexOf('\n', start);
    const stop = newline === -1 || newline >= end ? end : newline;
    const line = source.slice(start, stop).replace(/\r$/, '');
    const indent = line.length - line.replace(/^ +/, '').length;
    lines.push({ start, indent, content: line.slice(indent) });
    start = stop + 1;
  }
  return lines;
}

/** Joins lines as YAML does. A separator belongs to the end of the line before it. */
function decodeLines(lines: readonly Line[], indent: number, folded: boolean): OffsetMap {
  const offsets: number[] = [];
  let text = '';
  let separator = '';
  let previousIndented = false;
  let lineEnd = lines[0]?.start ?? 0;
  const emit = (piece: string, at: number, step: 0 | 1) => {
    for (let i = 0; i < piece.length; i++) offsets.push(at + i * step);
    text += piece;
  };
  let leading = true;
  for (const line of lines) {
    const body = ' '.repeat(Math.max(0, line.indent - indent)) + line.content;
    const moreIndented = body !== '' && (line.indent > indent || line.content.startsWith('\t'));
    const bodyStart = line.start + Math.min(indent, line.indent);
    if (leading && body === '') {
      emit('\n', line.start, 0);
    } else if (!folded || moreIndented) {
      if (folded && separator === ' ') separator = '\n';
      else if (folded && !previousIndented && separator === '\n') separator = '\n\n';
      emit(separator, lineEnd, 0);
      emit(body, bodyStart, 1);
      separator = '\n';
      previousIndented = moreIndented;
    } else if (body === '') {
      if (separator === '\n') emit('\n', lineEnd, 0);
      else separator = '\n';
    } else {
      emit(separator, lineEnd, 0);
      emit(body, bodyStart, 1);
      separator = ' ';
      previousIndented = false;
    }
    leading &&= body === '';
    lineEnd = line.start + line.indent + line.content.length;
  }
  offsets.push(lineEnd);
  return { text, offsets };
}

/** Chomping drops or keeps line breaks at the end; everything before must agree. */
function cut(map: OffsetMap, text: string, end: number): OffsetMap | undefined {
  const body = text.replace(/\n+$/, '');
  if (!map.text.startsWith(body) || /[^\n ]/.test(map.text.slice(body.length))) return undefined;
  const offsets = map.offsets.slice(0, body.length);
  const after = map.offsets[body.length] ?? end;
  for (let i = body.length; i <= text.length; i++) offsets.push(after);
  return { text, offsets };
}
