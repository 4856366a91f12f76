/** Which paths a route is for. */
export type PathPattern =
  /** `/orders/{id}`: one segment; `/files/{rest*}`: the rest, also none. Compared decoded, segment by segment. */
  | { readonly kind: 'native'; readonly pattern: string; readonly caseSensitive: boolean }
  /** Ocelot's UpstreamPathTemplate, with Ocelot's rules. */
  | { readonly kind: 'ocelot'; readonly template: string; readonly caseSensitive: boolean };
