import type { Span } from './expression-node.ts';

export type Token =
  /** Keywords and anything else that looks like a name. */
  | (Span & { readonly kind: 'name'; readonly text: string })
  | (Span & { readonly kind: 'number'; readonly text: string })
  /** `text` without its quotes. */
  | (Span & { readonly kind: 'string'; readonly text: string })
  | (Span & { readonly kind: 'operator'; readonly text: string })
  /** A context with all that hangs on it; `text` is the part after the context. */
  | (Span & { readonly kind: 'path'; readonly context: string; readonly text: string })
  | (Span & { readonly kind: 'function'; readonly text: string; readonly isMapped: boolean })
  | (Span & { readonly kind: 'end'; readonly text: '' });
