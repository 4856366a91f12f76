import { cutTemplate, placeholderNames } from '../matching/placeholders.ts';

/** An UpstreamPathTemplate in Backplane's own words, or why there are none. */
export type NativePath = { readonly path: string; readonly restName: string | undefined } | { readonly why: string };

export function nativePath(template: string): NativePath {
  if (template.includes('?')) return { why: 'its template looks at the query' };
  if (/[\\^$*+()[\]|#]/.test(template)) return { why: 'its template is a regular expression' };
  if (placeholderNames(template).some((name) => !/^[A-Za-z_]\w*$/.test(name))) {
    return { why: 'a placeholder has a name that is none here' };
  }
  const segments = template.split('/').slice(1);
  if (segments.length > 1 && segments.at(-1) === '')
    return { why: 'it is for paths with and without a slash at the end' };
  if (segments.some((segment) => placeholderNames(segment).length > 1)) {
    return { why: 'two placeholders stand in one segment' };
  }
  const last = segments.at(-1)!;
  const restName = /^\{(\w+)\}$/.exec(last)?.[1];
  if (restName === undefined && placeholderNames(last).length > 0) {
    return { why: 'its last placeholder takes more than one segment, with text beside it' };
  }
  return { path: restName === undefined ? template : `${template.slice(0, -1)}*}`, restName };
}

/** A DownstreamPathTemplate: its placeholders become parameters. Undefined: the path goes on as it came. */
export function nativeRewrite(
  downstream: string,
  upstream: string,
  restName: string | undefined,
): { readonly rewrite: string | undefined } | { readonly why: string } {
  if (downstream === upstream) return { rewrite: undefined };
  if (downstream.includes('?'))
    return { why: 'its downstream template has a query, which Ocelot merges in its own way' };
  const known = placeholderNames(upstream);
  if (placeholderNames(downstream).some((name) => !known.includes(name))) {
    return { why: 'its downstream template has a placeholder that the path does not give' };
  }
  const rewrite = cutTemplate(downstream)
    .map((piece, index) => (index % 2 === 0 ? piece : piece === restName ? `{${piece}*}` : `{${piece}}`))
    .join('');
  return { rewrite };
}
