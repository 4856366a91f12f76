const PLAIN_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A plain path in canonical spelling: `inputs.list[0].'strange name'` is written `inputs.list[0]['strange name']`. */
export function pathText(context: string, segments: readonly (string | number)[]): string {
  return context + segments.map(segmentText).join('');
}

function segmentText(segment: string | number): string {
  if (typeof segment === 'number') return `[${segment}]`;
  if (PLAIN_NAME.test(segment)) return `.${segment}`;
  return `['${segment.replace(/['\\]/g, '\\$&')}']`;
}
