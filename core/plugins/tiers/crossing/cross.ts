import type { Crossing, Fields, Member, Members } from './shape.ts';
import { STREAM } from './shape.ts';
import { type Pulled, pulled, streamed } from './streams.ts';

/** What stands for functions on their way: the number by which the other side calls them, and which of them are there. */
export interface Reference {
  readonly ref: number;
  readonly has: readonly string[];
}

/** What one side does about values that are no data, for one call. */
export interface Frontier {
  /** Makes functions callable by the other side as long as the call, or what it gave, lives. */
  lend(target: object, members: Members): number;
  /** Stands here for what the other side lent. */
  borrow(reference: Reference, members: Members): object;
  /** One that was borrowed is not needed any more. */
  giveBack(ref: number): void;
  /** Functions that cross as the code of a module. */
  moduleOut(value: unknown): unknown;
  moduleIn(claim: unknown): Promise<unknown>;
  /** Of the call. */
  readonly signal: AbortSignal;
  /** Data in the form that the schema of this name makes of it; where there is nothing to make of it, as it is. */
  checked(schema: string, value: unknown): unknown;
  /** The log and the ports of the call: as what says that they are there, and made of it. */
  contextOut(context: Readonly<Record<string, unknown>>): object;
  contextIn(claim: Readonly<Record<string, unknown>>): object;
}

type Data = Readonly<Record<string, unknown>>;

/** Values side by side, each in a list of its own: an empty one stands for `undefined`, which JSON has not. */
export function leavingAll(
  crossings: readonly Crossing[],
  values: readonly unknown[],
  frontier: Frontier,
): unknown[][] {
  return crossings.map((crossing, at) => {
    const left = leaving(crossing, values[at], frontier);
    return left === undefined ? [] : [left];
  });
}

/** The reverse of {@link leavingAll}. */
export function arrivingAll(crossings: readonly Crossing[], claims: unknown, frontier: Frontier): Promise<unknown[]> {
  const list = Array.isArray(claims) ? (claims as readonly unknown[]) : [];
  return Promise.all(
    crossings.map((crossing, at) => {
      const claim = list[at];
      return arriving(crossing, Array.isArray(claim) ? claim[0] : undefined, frontier);
    }),
  );
}

/** The value as it leaves: data and references. Throws TypeError for what has another shape than it should. */
export function leaving(crossing: Crossing, value: unknown, frontier: Frontier): unknown {
  if (crossing === 'nothing' || crossing === 'signal') return undefined;
  if (crossing === 'data') return value;
  if (crossing === 'module') return frontier.moduleOut(value);
  if (crossing === 'items' || crossing === 'bytes') {
    if (typeof (value as Partial<AsyncIterable<unknown>> | undefined)?.[Symbol.asyncIterator] !== 'function')
      throw new TypeError('expected an AsyncIterable');
    return reference(pulled(value as AsyncIterable<unknown>, crossing), STREAM, frontier);
  }
  if ('checked' in crossing) return frontier.checked(crossing.checked, value);
  if ('call' in crossing) {
    if (typeof value !== 'function') throw new TypeError('expected a function');
    return reference({ call: value }, { call: crossing.call }, frontier);
  }
  if ('object' in crossing) return reference(value, crossing.object, frontier);
  if ('context' in crossing) {
    const context = value as Data;
    return { ...only(crossing.context, context, frontier), ...frontier.contextOut(context) };
  }
  if (typeof value !== 'object' || value === null) return value;
  return { ...value, ...only(crossing.fields, value as Data, frontier) };
}

/** The members named that are there, as they leave. */
function only(fields: Fields, value: Data, frontier: Frontier): Data {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name]) => value[name] !== undefined)
      .map(([name, crossing]) => [name, leaving(crossing, value[name], frontier)]),
  );
}

function reference(value: unknown, members: Members, frontier: Frontier): Reference {
  if (typeof value !== 'object' || value === null) throw new TypeError('expected an object with functions');
  const has = Object.keys(members).filter((name) => typeof (value as Data)[name] === 'function');
  const missing = Object.keys(members).find((name) => members[name]!.optional !== true && !has.includes(name));
  if (missing !== undefined) throw new TypeError(`expected an object with a function \`${missing}\``);
  return { ref: frontier.lend(value, members), has };
}

/** The value as it arrives. Throws TypeError for what is not what it should be; the other side may be lying. */
export async function arriving(crossing: Crossing, claim: unknown, frontier: Frontier): Promise<unknown> {
  if (crossing === 'nothing') return undefined;
  if (crossing === 'signal') return frontier.signal;
  if (crossing === 'data') return claim;
  if (crossing === 'module') return frontier.moduleIn(claim);
  if (crossing === 'items' || crossing === 'bytes') {
    const stream = readReference(claim);
    const source = frontier.borrow(stream, STREAM) as unknown as Pulled;
    return streamed(source, crossing, () => frontier.giveBack(stream.ref));
  }
  if ('checked' in crossing) return frontier.checked(crossing.checked, claim);
  if ('call' in crossing) {
    const members = { call: crossing.call };
    const { call } = frontier.borrow(readReference(claim), members) as { readonly call: unknown };
    return call;
  }
  if ('object' in crossing) return frontier.borrow(readReference(claim), crossing.object);
  if ('context' in crossing) {
    const context = (claim ?? {}) as Data;
    return { ...(await entering(crossing.context, context, frontier)), ...frontier.contextIn(context) };
  }
  if (typeof claim !== 'object' || claim === null) return claim;
  return { ...claim, ...(await entering(crossing.fields, claim as Data, frontier)) };
}

async function entering(fields: Fields, claim: Data, frontier: Frontier): Promise<Data> {
  const entries = Object.entries(fields)
    .filter(([name, crossing]) => Object.hasOwn(claim, name) || crossing === 'signal' || isChecked(crossing))
    .map(async ([name, crossing]) => [name, await arriving(crossing, claim[name], frontier)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function isChecked(crossing: Crossing): boolean {
  return typeof crossing === 'object' && 'checked' in crossing;
}

function readReference(claim: unknown): Reference {
  const { ref, has } = (claim ?? {}) as Partial<Reference>;
  if (!Number.isSafeInteger(ref) || !Array.isArray(has)) throw new TypeError('expected functions');
  return { ref: ref!, has };
}

/** What stands for functions over there: `invoke` calls one of them. Streams are called for when they are first read. */
export function proxyOf(
  { ref, has }: Reference,
  members: Members,
  invoke: (ref: number, name: string, member: Member, given: readonly unknown[]) => Promise<unknown>,
): object {
  const made = Object.entries(members)
    .filter(([name, { optional }]) => optional !== true || has.includes(name))
    .map(([name, member]) => {
      const call = (...given: readonly unknown[]) => invoke(ref, name, member, given);
      if (member.gives !== 'items' && member.gives !== 'bytes') return [name, call] as const;
      return [name, (...given: readonly unknown[]) => later(() => call(...given) as Promise<AsyncIterable<unknown>>)];
    });
  return Object.fromEntries(made);
}

/** An iterable that is asked for once somebody reads it. */
async function* later(open: () => Promise<AsyncIterable<unknown>>): AsyncGenerator<unknown, void> {
  yield* await open();
}
