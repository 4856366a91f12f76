/**
 * How one value crosses between host and plugin.
 *
 * - `data`: structured data, numbers exact, bytes as bytes; `nothing`: whatever it is, it stays.
 * - `signal`: an `AbortSignal` of the call; it cancels over there.
 * - `items`, `bytes`: an `AsyncIterable`, of data or of bytes; whoever reads sets the pace, piece by piece.
 * - `module`: functions that answer at once. They cross as the code that they name in `module`, which runs over there.
 * - `checked`: data that the schema of this name converts on the plugin's side.
 * - `fields`: data, but for the members named, which cross in their own way and may be absent.
 * - `context`: the same, and besides `log`, `signal` and the ports that this call was given.
 * - `object`: functions that the other side may call. `call`: one such function.
 */
export type Crossing =
  | 'nothing'
  | 'data'
  | 'signal'
  | 'items'
  | 'bytes'
  | 'module'
  | { readonly checked: string }
  | { readonly fields: Fields }
  | { readonly context: Fields }
  | { readonly object: Members }
  | { readonly call: Member };

export type Fields = Readonly<Record<string, Crossing>>;

/** One function of a shape. */
export interface Member {
  readonly takes: readonly Crossing[];
  readonly gives: Crossing;
  readonly optional?: true;
  /** Ends with its signal, not with a limit of time. */
  readonly lasts?: true;
}

export type Members = Readonly<Record<string, Member>>;

/** What there is besides data in a value that crosses so: it lives on after the call that it came by. */
export function isLiving(crossing: Crossing): boolean {
  if (typeof crossing === 'string') return crossing === 'items' || crossing === 'bytes';
  if ('fields' in crossing) return Object.values(crossing.fields).some(isLiving);
  return 'object' in crossing;
}

/** The functions of a stream as the other side sees them. `next` gives `{ value }`, or `{}` at the end. */
export const STREAM: Members = {
  next: { takes: [], gives: 'data', lasts: true },
  return: { takes: [], gives: 'nothing' },
};
