/** What a path may hold as it is; everything else is percent-encoded. */
const ODD = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/]|\/\./;
const UNRESERVED = /[A-Za-z0-9\-._~!$&'()*+,;=:@]/;

/**
 * The path as Ocelot's server sees it: percent-encodings of plain characters resolved, others in upper case, dot segments followed. A
 * template is compared with this, so that `/%61dmin` cannot pass by a route for `/admin`.
 */
export function canonicalPath(path: string): string {
  if (!ODD.test(path)) return path;
  return withoutDotSegments(path.replace(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/gu, canonicalCharacter));
}

function canonicalCharacter(found: string): string {
  if (found.length !== 3 || !found.startsWith('%'))
    return found === '%' ? '%25' : encodeURIComponent(wellFormed(found));
  const plain = String.fromCharCode(Number.parseInt(found.slice(1), 16));
  return UNRESERVED.test(plain) ? plain : found.toUpperCase();
}

const wellFormed = (text: string) => text.toWellFormed();

function withoutDotSegments(path: string): string {
  if (!path.includes('/.')) return path;
  const kept: string[] = [];
  const segments = path.split('/');
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (segment === '.' || segment === '..') {
      if (segment === '..' && kept.length > 1) kept.pop();
      if (isLast) kept.push('');
    } else kept.push(segment);
  }
  return kept.join('/');
}
