/** End of the path, or the beginning of the query. */
const QUERY_BEGINS = '(/$|/\\?|\\?|$)';
const ANYTHING = '.*';
const ONE_SEGMENT = '[^/]+';

export interface TemplatePattern {
  /** A regular expression over the path, or over path and query with `looksAtQuery`. */
  readonly source: string;
  readonly looksAtQuery: boolean;
  /** The template is `/{everything}`: looked at after all others. */
  readonly isCatchAll: boolean;
}

/**
 * Ocelot's way from an UpstreamPathTemplate to a pattern, step by step. Text between the placeholders is part of the expression as it
 * stands: a dot matches any character.
 */
export function templatePattern(template: string): TemplatePattern {
  if (/^\/\{[^{}]*\}$/.test(template)) return { source: '^/.*', looksAtQuery: false, isCatchAll: true };
  const looksAtQuery = template.includes('?');
  let text = template;
  if (looksAtQuery) text = text.replaceAll(text.includes('/?') ? '/?' : '?', () => QUERY_BEGINS);
  for (const [placeholder] of template.matchAll(/\{[^{}]*\}/g)) {
    const at = text.indexOf(placeholder);
    if (at === -1) continue;
    const isInQuery = looksAtQuery && text.indexOf('?') < at;
    text = text.replaceAll(placeholder, () => (text.indexOf('/', at) === -1 || isInQuery ? ANYTHING : ONE_SEGMENT));
  }
  if (text === '/') return { source: '^/$', looksAtQuery, isCatchAll: false };
  const lastSlash = text.lastIndexOf('/');
  if (text[lastSlash + 1] === '.') text = `${text.slice(0, lastSlash)}(?:|/${text.slice(lastSlash + 1)})`;
  if (text.endsWith('/')) text = `${text.slice(0, -1)}(/|)`;
  return { source: `^${text}$`, looksAtQuery, isCatchAll: false };
}

/**
 * The pattern of the second look, which takes the values: literals mean themselves, upper and lower case are one, and it need not reach
 * the end. The last placeholder takes everything up to `&`, the others stop at `/` and `|` too.
 */
export function valuesPattern(template: string): string {
  const pieces = template.split(/\{[^{}]*\}/);
  return pieces
    .map((piece, index) => {
      const literal = piece.replaceAll(/\/?\?|[\\^$.*+()[\]{}|/]/g, (found) =>
        found.endsWith('?') ? '/?\\?' : `\\${found}`,
      );
      if (index === 0) return `^${literal}`;
      return `${index === pieces.length - 1 ? '([^&]*)' : '([^/|&]*)'}${literal}`;
    })
    .join('');
}
