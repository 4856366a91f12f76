/** What a look at the text of a file tells without parsing it. */
export type IndexEntry = { readonly name: string } | 'not-a-template' | 'unclear';

const TYPE = /^type:[ \t]*(["']?)([\w-]+)\1[ \t]*(?:#.*)?\r?$/m;
const DEFINITION = /^definition:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*( +)\S/m;

/**
 * Finds the name of a template by its lines, so that thousands of files can be known at start and parsed when first used.
 * Anything unusual is `unclear`: parse it. Lines inside block scalars cannot be mistaken, they are indented further.
 */
export function indexTemplate(text: string): IndexEntry {
  const type = TYPE.exec(text)?.[2];
  if (type === undefined) return 'unclear';
  if (type !== 'action') return type === 'workflow' ? 'not-a-template' : 'unclear';
  const indent = DEFINITION.exec(text)?.[1];
  if (indent === undefined) return 'unclear';
  const name = fieldAt(text, indent, 'name');
  const namespace = fieldAt(text, indent, 'namespace');
  return name === undefined || namespace === undefined ? 'unclear' : { name: `${namespace}.${name}` };
}

/** The value of a key when it stands exactly once at this indentation, as simple text. */
function fieldAt(text: string, indent: string, key: string): string | undefined {
  const lines = [...text.matchAll(new RegExp(`^${indent}${key}:(.*)$`, 'gm'))];
  if (lines.length !== 1) return undefined;
  return /^[ \t]+(["']?)([a-z0-9_.]+)\1[ \t]*(?:#.*)?\r?$/.exec(lines[0]![1]!)?.[2];
}
