import { readFileSync } from 'node:fs';
import type { Log } from '@backplane/sdk';
import { raise } from '../../../errors/catalogue.ts';
import { arrivingAll, type Frontier, leavingAll, proxyOf, type Reference } from '../crossing/cross.ts';
import { packBytes } from '../crossing/packed-bytes.ts';
import { type Crossing, isLiving, type Member, type Members, STREAM } from '../crossing/shape.ts';
import { rawOf } from './checked-values.ts';
import { LentFunctions } from './lent-functions.ts';
import { givenPorts, PORT_NAMES, type RemoteCall } from './remote-call.ts';

/** Calls as the process of the plugin makes them. */
export interface Caller {
  /** Of the plugin. */
  readonly id: string;
  run(call: RemoteCall): { readonly id: number; readonly settled: Promise<unknown> };
  /** Loads a module over there that needs no other; gives its number. */
  sendModule(code: string): number;
  /** Nothing of what this call gave is needed any more. */
  release(id: number): void;
}

type Given = readonly unknown[];
type Contextual = Readonly<Record<string, unknown>> & { readonly log: Log };

const NEVER = new AbortController().signal;
const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Stands in the host for functions of a plugin elsewhere: of a contribution, of what it opened. What crosses, and how, their shape says.
 * A call can use what its arguments hold, and nothing else of the host; what it gives can use the same as long as it lives.
 */
export function remoteFunctions(label: string, reference: Reference, members: Members, caller: Caller): object {
  return proxies(reference, members, { label, caller, signal: NEVER });
}

/** A port that is made of functions: among the ports of a call it can be asked for by its name. */
export function lentPort(name: string, target: object, members: Members, caller: Caller): LentFunctions {
  return new LentFunctions(target, members, (signal) =>
    frontierOf({}, signal, {
      borrow: (reference, inner) => proxies(reference, inner, { label: name, caller, signal }),
      giveBack() {},
      moduleOut: () => undefined,
    }),
  );
}

interface Place {
  readonly label: string;
  readonly caller: Caller;
  /** Ends what the functions belong to. */
  readonly signal: AbortSignal;
  /** True once a stream had its time to end after its signal. */
  isCut?(): boolean;
}

/** After its signal a stream has so long to end by itself; then it is not read on. */
const CUT_MS = 1000;

/** Watches the signal of a stream. */
function cutAfter(signal: AbortSignal): () => boolean {
  let abortedAt = Number.POSITIVE_INFINITY;
  const note = () => {
    abortedAt = performance.now();
  };
  if (signal.aborted) note();
  else signal.addEventListener('abort', note, { once: true });
  return () => performance.now() - abortedAt > CUT_MS;
}

function proxies(reference: Reference, members: Members, place: Place): object {
  return proxyOf(reference, members, (ref, name, member, given) => invoke(ref, name, member, given, members, place));
}

async function invoke(
  ref: number,
  name: string,
  member: Member,
  given: Given,
  members: Members,
  { label, caller, signal: around, isCut }: Place,
): Promise<unknown> {
  if (name === 'next' && isCut?.() === true) throw raise.PLUGIN_CALL_CANCELLED({ plugin: caller.id, action: label });
  const context = contextOf(member.takes, given);
  const ports: Record<string, unknown> = {};
  const action = members === STREAM ? label : `${label}.${name}`;
  const signal = signalOf(member.takes, given) ?? (name === 'next' || name === 'call' ? around : NEVER);
  const borrowed = new Set<number>();
  const living = isLiving(member.gives);
  let id = 0;
  const frontier = frontierOf(ports, signal, {
    // Its text is read here: the plugin's side may read no files of the host.
    moduleOut: (value) =>
      caller.sendModule(readFileSync(new URL((value as { readonly module: string }).module), 'utf8')),
    borrow(reference, inner) {
      borrowed.add(reference.ref);
      const place = { label: action, caller, signal, ...(inner === STREAM && { isCut: cutAfter(signal) }) };
      const functions = proxies(reference, inner, place);
      return Object.hasOwn(inner, 'close') ? closing(functions, () => giveBack(reference.ref)) : functions;
    },
    giveBack,
  });
  const args = leavingAll(member.takes, given, frontier);
  const { value, places, tail } = packBytes(args);
  const running = caller.run({
    action,
    signal,
    log: context?.log ?? SILENT,
    progress() {},
    ports,
    living,
    ...(member.lasts === true ? { lasts: true } : {}),
    message: (number) => ({
      message: { t: 'invoke', id: number, ref, member: name, args: value as unknown[][], ...(places && { places }) },
      ...(tail && { tail }),
    }),
  });
  id = running.id;
  const answer = await running.settled;
  try {
    const [result] = await arrivingAll([member.gives], [answer], frontier);
    return result;
  } finally {
    if (living && borrowed.size === 0) caller.release(id);
  }

  function giveBack(gone: number): void {
    if (borrowed.delete(gone) && borrowed.size === 0) caller.release(id);
  }
}

/** The host's side of one call. What is lent stands among the call's ports, where alone it can be asked for. */
function frontierOf(
  ports: Record<string, unknown>,
  signal: AbortSignal,
  { borrow, giveBack, moduleOut }: Pick<Frontier, 'borrow' | 'giveBack' | 'moduleOut'>,
): Frontier {
  let lent = 0;
  const frontier: Frontier = {
    signal,
    borrow,
    giveBack,
    moduleOut,
    moduleIn: () => Promise.reject(new TypeError('a plugin hands over no modules')),
    lend(target, members) {
      lent += 1;
      ports[`ref:${lent}`] = new LentFunctions(target, members, (own) => ({ ...frontier, signal: own }));
      return lent;
    },
    checked: (_schema, value) => rawOf(value),
    contextOut(context) {
      for (const name of PORT_NAMES) if (context[name] !== undefined) ports[name] = context[name];
      return givenPorts(ports);
    },
    contextIn: () => ({}),
  };
  return frontier;
}

/** Whether or not the plugin closes anything, the host is done with it then. */
function closing(functions: object, over: () => void): object {
  const { close } = functions as { readonly close?: () => Promise<void> };
  return {
    ...functions,
    async close() {
      try {
        await close?.();
      } finally {
        over();
      }
    },
  };
}

function contextOf(takes: readonly Crossing[], given: Given): Contextual | undefined {
  const at = takes.findIndex((crossing) => typeof crossing === 'object' && 'context' in crossing);
  return given[at] as Contextual | undefined;
}

function signalOf(takes: readonly Crossing[], given: Given): AbortSignal | undefined {
  for (const [at, crossing] of takes.entries()) {
    const value = given[at] as { readonly signal?: AbortSignal } | AbortSignal | undefined;
    if (crossing === 'signal') return value as AbortSignal | undefined;
    if (typeof crossing !== 'object') continue;
    const inside = 'context' in crossing || ('fields' in crossing && 'signal' in crossing.fields);
    if (inside && value !== undefined) return (value as { readonly signal?: AbortSignal }).signal;
  }
  return undefined;
}
