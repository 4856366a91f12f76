/** What a header or a parameter of the query must be. */
export interface FieldCondition {
  readonly name: string;
  readonly test:
    | { readonly is: 'present' }
    | { readonly is: 'absent' }
    | { readonly is: 'equal'; readonly to: string }
    /** A regular expression over the whole value. */
    | { readonly is: 'like'; readonly pattern: string }
    /** Ocelot's header template: literal text with `{header:name}`, which become parameters. */
    | { readonly is: 'ocelot'; readonly template: string; readonly caseSensitive: boolean };
}
