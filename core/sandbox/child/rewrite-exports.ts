/** A script's text without module syntax, and the name of its default export if that has one. */
export interface Rewritten {
  readonly text: string;
  readonly preferred?: string;
}

/**
 * Removes the `export` at `offset`, which is where V8 said one stands, so it is never inside a string or comment. Every replaced
 * character becomes a space, so positions in errors stay right. Undefined when it re-exports another module.
 */
export function rewriteExport(text: string, offset: number): Rewritten | undefined {
  const rest = text.slice(offset);
  const list = /^export\s*\{([^}]*)\}[ \t]*(from\b)?/.exec(rest);
  if (list) {
    if (list[2] !== undefined) return undefined;
    const preferred = /([\p{ID_Continue}$]+)\s+as\s+default\b/u.exec(list[1]!)?.[1];
    return { text: blank(text, offset, list[0].length), ...(preferred !== undefined && { preferred }) };
  }
  if (/^export\s*\*/.test(rest)) return undefined;
  const declared =
    /^export\s+default\s+(?=(?:async\s+)?function\b\s*\*?\s*([\p{ID_Start}$_][\p{ID_Continue}$]*))/u.exec(rest);
  if (declared) return { text: blank(text, offset, declared[0].length), preferred: declared[1]! };
  const value = /^export(\s+)default\b/.exec(rest);
  if (value) {
    const space = value[1]!.replace(/[^\n]/g, ' ');
    const assigned = `${space}$default =`.padEnd(value[0].length);
    return { text: text.slice(0, offset) + assigned + text.slice(offset + value[0].length), preferred: '$default' };
  }
  return { text: blank(text, offset, 'export'.length) };
}

function blank(text: string, offset: number, length: number): string {
  return (
    text.slice(0, offset) + text.slice(offset, offset + length).replace(/[^\n]/g, ' ') + text.slice(offset + length)
  );
}
