/** What stands in the journal in place of an event whose JSON stands in the blob store. */
export interface PayloadReference {
  readonly blob: string;
  /** Bytes of the JSON. */
  readonly size: number;
}

/** No event looks like this: none has a `blob` of its own beside its type and time. */
const REFERENCE = /^\{"type":"\w+"(?:,"seq":\d+)?(?:,"at":\d+)?,"blob":"([0-9a-f]{64})","size":(\d+)\}$/;
const LONGEST_REFERENCE = 300;
const HEAD = /^\{"type":"\w+"(?:,"seq":\d+)?(?:,"at":\d+)?/;
const NO_HEAD = '{"type":"Event"';

/** The reference as the journal keeps it: what the event's JSON begins with, and where the rest is. */
export function writeReference(event: string, { blob, size }: PayloadReference): string {
  return `${HEAD.exec(event)?.[0] ?? NO_HEAD},"blob":"${blob}","size":${size}}`;
}

export function readReference(body: string): PayloadReference | undefined {
  if (body.length > LONGEST_REFERENCE) return undefined;
  const found = REFERENCE.exec(body);
  return found === null ? undefined : { blob: found[1]!, size: Number(found[2]) };
}
