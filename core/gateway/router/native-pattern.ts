import { raise } from '../../errors/catalogue.ts';
import { decodeSegment } from '../exchange/safe-path.ts';
import type { Params } from './compiled-route.ts';
import type { IndexSegment, PathMatcher } from './path-matcher.ts';

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'one'; readonly name: string; readonly before: string; readonly after: string }
  | { readonly kind: 'rest'; readonly name: string };

const NONE: Params = {};

/**
 * `/orders/{id}`, `/files/{name}.json`, `/static/{path*}`: segments are compared decoded, a closing slash counts. Throws
 * GATEWAY_PATTERN_INVALID.
 */
export function nativePattern(pattern: string, caseSensitive: boolean): PathMatcher {
  const parts = partsOf(pattern);
  const names = parts.flatMap((part) => (part.kind === 'text' ? [] : [part.name]));
  const repeated = names.find((name, at) => names.indexOf(name) !== at);
  if (repeated !== undefined)
    throw raise.GATEWAY_PATTERN_INVALID({ pattern, cause: `{${repeated}} stands in it twice` });
  const fold = (text: string) => (caseSensitive ? text : text.toLowerCase());
  const last = parts.at(-1);
  const isOpen = last?.kind === 'rest';
  const fixed = isOpen ? parts.slice(0, -1) : parts;
  const texts = fixed.map((part) => (part.kind === 'text' ? fold(part.text) : undefined));
  const isPlain = names.length === 0;
  return {
    index: texts.map((text): IndexSegment => text?.toLowerCase()),
    isOpen,
    exactness: parts.map(({ kind }) => (kind === 'text' ? 2 : kind === 'one' ? 1 : 0)),
    match(path) {
      const params: Record<string, string> | undefined = isPlain ? undefined : {};
      let from = 1;
      for (let at = 0; at < fixed.length; at += 1) {
        if (from > path.length) return undefined;
        const slash = path.indexOf('/', from);
        const end = slash === -1 ? path.length : slash;
        const segment = decodeSegment(path.slice(from, end));
        const part = fixed[at]!;
        if (part.kind === 'text') {
          if (fold(segment) !== texts[at]) return undefined;
        } else {
          const { before, after, name } = part as Part & { kind: 'one' };
          const bare = segment.length - before.length - after.length;
          if (bare < 1 || !fold(segment).startsWith(fold(before)) || !fold(segment).endsWith(fold(after)))
            return undefined;
          params![name] = segment.slice(before.length, before.length + bare);
        }
        from = end + 1;
      }
      if (!isOpen) return from === path.length + 1 ? (params ?? NONE) : undefined;
      params![(last as { name: string }).name] = path.slice(from);
      return params;
    },
  };
}

function partsOf(pattern: string): Part[] {
  if (!pattern.startsWith('/')) throw raise.GATEWAY_PATTERN_INVALID({ pattern, cause: 'it does not begin with `/`' });
  return pattern
    .slice(1)
    .split('/')
    .map((segment, at, all): Part => {
      const found = /^([^{}]*)\{([A-Za-z_]\w*)(\*?)\}([^{}]*)$/.exec(segment);
      if (found === null) {
        if (/[{}*?#]/.test(segment))
          throw raise.GATEWAY_PATTERN_INVALID({
            pattern,
            cause: `\`${segment}\` is neither text nor {name} nor {name*}`,
          });
        return { kind: 'text', text: decodeSegment(segment) };
      }
      const [, before = '', name = '', star = '', after = ''] = found;
      if (star === '') return { kind: 'one', name, before: decodeSegment(before), after: decodeSegment(after) };
      if (at !== all.length - 1 || before !== '' || after !== '')
        throw raise.GATEWAY_PATTERN_INVALID({ pattern, cause: `{${name}*} must be the whole last segment` });
      return { kind: 'rest', name };
    });
}
