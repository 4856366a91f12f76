/**
 * What stands in the shared state of one breaker, as text:
 * closed `c<failures in a row>.<generation>`, open `o<until>`, one request trying `p<until>.<who>`. Absent: closed from the beginning.
 */
export type BreakerState =
  | { readonly is: 'closed'; readonly failures: number; readonly generation: string }
  | { readonly is: 'open'; readonly until: number }
  /** The try counts as lost when its time is up: whoever made it may have died. */
  | { readonly is: 'probing'; readonly until: number };

export const CLOSED: BreakerState = { is: 'closed', failures: 0, generation: '0' };

export function readState(text: string | undefined): BreakerState {
  if (text === undefined) return CLOSED;
  const dot = text.indexOf('.');
  const number = Number(text.slice(1, dot < 0 ? undefined : dot));
  if (text[0] === 'o') return { is: 'open', until: number };
  if (text[0] === 'p') return { is: 'probing', until: number };
  return { is: 'closed', failures: number, generation: text.slice(dot + 1) };
}

export const closedText = (failures: number, generation: string | number) => `c${failures}.${generation}`;
export const openText = (until: number) => `o${until}`;
export const probingText = (until: number, who: string) => `p${until}.${who}`;
