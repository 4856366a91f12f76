const SUSPICIOUS = /[%\\]|\/\.|\/\//;
const DEEPEST = 3;

/**
 * The segments of a path, decoded; undefined where it cannot be understood in one way alone: broken encoding, control characters, a
 * backslash, or dot segments, plain or encoded however often. An upstream that decodes once more must not see another path than the
 * one that was permitted here.
 */
export function safePath(path: string): string | undefined {
  if (!SUSPICIOUS.test(path)) return path;
  if (path.includes('\\')) return undefined;
  const decoded = decode(path);
  if (decoded === undefined || hasDotSegment(path) || hasDotSegment(decoded)) return undefined;
  let deeper: string | undefined = decoded;
  for (let depth = 1; depth < DEEPEST && deeper?.includes('%'); depth += 1) {
    deeper = decode(deeper);
    if (deeper !== undefined && hasDotSegment(deeper)) return undefined;
  }
  return path;
}

/**
 * The path as lenient upstreams read it: decoded to the end, backslashes as slashes, repeated slashes as one, without `;parameters`. Undefined where it
 * is the same.
 */
export function lenientPath(path: string): string | undefined {
  if (!/[%;]|\/\//.test(path)) return undefined;
  let read = path;
  for (let depth = 0; depth < DEEPEST && read.includes('%'); depth += 1) read = decode(read) ?? read;
  read = read
    .replaceAll('\\', '/')
    .replaceAll(/;[^/]*/g, '')
    .replaceAll(/\/{2,}/g, '/');
  return read === path ? undefined : read;
}

/** One segment as it is meant; what is not encoded properly stays as it is. */
export function decodeSegment(segment: string): string {
  return segment.includes('%') ? (decode(segment) ?? segment) : segment;
}

function hasDotSegment(path: string): boolean {
  return /(?:^|[/\\])\.{1,2}(?:[/\\;]|$)/.test(path);
}

function decode(text: string): string | undefined {
  try {
    const decoded = decodeURIComponent(text);
    return /[\0-\x1f\x7f]/.test(decoded) ? undefined : decoded;
  } catch {
    return undefined;
  }
}
