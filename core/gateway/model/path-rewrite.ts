/** Path and query that the upstream sees. */
export type PathRewrite =
  /** As the caller sent them. */
  | { readonly kind: 'keep' }
  /** `/v2/orders/{id}`; the caller's query comes after that of the template. */
  | { readonly kind: 'native'; readonly template: string }
  /** Ocelot's DownstreamPathTemplate together with the template that matched, with Ocelot's rules for queries and encoding. */
  | { readonly kind: 'ocelot'; readonly template: string; readonly upstreamTemplate: string };
