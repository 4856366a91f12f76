import { raise } from '../../errors/catalogue.ts';
import type { RequestView } from '../exchange/request-view.ts';
import type { Params } from './compiled-route.ts';

/** Parameters of a pattern: whether each is the rest of the path. */
export type KnownParameters = ReadonlyMap<string, { readonly isRest: boolean }>;

/**
 * Makes path and query for the upstream: `/v2/orders/{id}`, `/files/{path*}`. Values are encoded again, those of the rest are as they came. The
 * caller's query is kept, after that of the template. Throws GATEWAY_PATTERN_INVALID where the template names a parameter that the pattern lacks.
 */
export function nativeRewrite(
  template: string,
  known: KnownParameters,
): (request: RequestView, params: Params) => string {
  const pieces = template.split(/\{([A-Za-z_]\w*)\*?\}/);
  const invalid = (cause: string) => raise.GATEWAY_PATTERN_INVALID({ pattern: template, cause });
  for (const [at, piece] of pieces.entries()) {
    if (at % 2 === 1 && !known.has(piece)) throw invalid(`the path of the route has no {${piece}}`);
    if (at % 2 === 0 && /[{}]/.test(piece)) throw invalid('a brace in it belongs to no {name}');
  }
  const hasQuery = template.includes('?');
  return ({ rawQuery }, params) => {
    let text = pieces[0]!;
    for (let at = 1; at < pieces.length; at += 2) {
      const name = pieces[at]!;
      const value = params[name] ?? '';
      text += (known.get(name)!.isRest ? value : encodeURIComponent(value)) + pieces[at + 1];
    }
    if (rawQuery === '') return text;
    return `${text}${hasQuery ? '&' : '?'}${rawQuery}`;
  };
}
