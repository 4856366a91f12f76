import type { RequestView } from '../exchange/request-view.ts';
import type { PathPattern } from '../model/path-pattern.ts';
import type { PathRewrite } from '../model/path-rewrite.ts';
import { canonicalPath } from '../ocelot/matching/canonical-path.ts';
import { compileDownstreamUrl } from '../ocelot/matching/downstream-url.ts';
import type { Params } from './compiled-route.ts';
import { type KnownParameters, nativeRewrite } from './native-rewrite.ts';

/** Makes the path and query that the upstream sees. Throws GATEWAY_PATTERN_INVALID. */
export function compileRewrite(
  rewrite: PathRewrite,
  pattern: PathPattern,
): (request: RequestView, params: Params) => string {
  switch (rewrite.kind) {
    case 'keep':
      return ({ url }) => url;
    case 'native':
      return nativeRewrite(
        rewrite.template,
        parametersOf(pattern.kind === 'native' ? pattern.pattern : pattern.template),
      );
    case 'ocelot': {
      const downstream = compileDownstreamUrl(rewrite.template);
      return ({ rawPath, rawQuery }, params) =>
        downstream(params, canonicalPath(rawPath), rawQuery === '' ? '' : `?${rawQuery}`);
    }
  }
}

function parametersOf(pattern: string): KnownParameters {
  return new Map(
    [...pattern.matchAll(/\{([A-Za-z_]\w*)(\*?)\}/g)].map(([, name, star]) => [name!, { isRest: star === '*' }]),
  );
}
