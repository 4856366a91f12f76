import { raise } from '../../errors/catalogue.ts';
import type { RequestView } from '../exchange/request-view.ts';
import type { Params } from './compiled-route.ts';

/**
 * Makes path and query for the upstream: `/v2/orders/{id}`, `/files/{path*}`. Values are encoded again, those of the rest are as they came. The
 * caller's query is kept, after that of the template. Throws GATEWAY_PATTERN_INVALID where the template names a parameter that the pattern lacks.
 */
export function nativeRewrite(
  template: string,
  known: readonly string[],
): (request: RequestView, params: Params) => string {
  const pieces = template.split(/\{([A-Za-z_]\w*)(\*?)\}/);
  for (let at = 1; at < pieces.length; at += 3) {
    if (!known.includes(pieces[at]!))
      throw raise.GATEWAY_PATTERN_INVALID({ pattern: template, cause: `the path of the route has no {${pieces[at]}}` });
  }
  const hasQuery = template.includes('?');
  return ({ rawQuery }, params) => {
    let text = pieces[0]!;
    for (let at = 1; at < pieces.length; at += 3) {
      const value = params[pieces[at]!] ?? '';
      text += (pieces[at + 1] === '*' ? value : encodeURIComponent(value)) + pieces[at + 2];
    }
    if (rawQuery === '') return text;
    return `${text}${hasQuery ? '&' : '?'}${rawQuery}`;
  };
}
