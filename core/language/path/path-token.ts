export type PathToken =
  | { readonly kind: 'name'; readonly value: string; readonly quoted: boolean; readonly offset: number }
  | { readonly kind: 'number'; readonly value: number; readonly isInteger: boolean; readonly offset: number }
  | { readonly kind: 'named'; readonly value: string; readonly offset: number }
  | { readonly kind: 'comparison'; readonly value: string; readonly offset: number }
  /** `/` ascending, `\` descending; a comma before it belongs to it. */
  | { readonly kind: 'sort'; readonly value: string; readonly offset: number }
  | { readonly kind: 'punctuation'; readonly value: string; readonly offset: number }
  | { readonly kind: 'end'; readonly value: ''; readonly offset: number };
