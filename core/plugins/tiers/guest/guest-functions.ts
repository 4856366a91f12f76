import { stringifyJson } from '@backplane/sdk';
import { resultData } from '../../actions/result-data.ts';
import { type StandardSchema, validate } from '../../actions/standard-schema.ts';
import { arrivingAll, type Frontier, leavingAll, proxyOf, type Reference } from '../crossing/cross.ts';
import { packBytes, unpackBytes } from '../crossing/packed-bytes.ts';
import type { Members } from '../crossing/shape.ts';
import type { Pulled } from '../crossing/streams.ts';
import type { GivenPorts, InvokeMessage } from '../wire.ts';
import type { AskHost } from './guest-ports.ts';

type Schemas = Readonly<Record<string, StandardSchema>>;

/** Functions of the plugin that the host may call. */
interface Lent {
  readonly target: object;
  readonly members: Members;
  readonly schemas: Schemas;
}

interface Scope {
  readonly controller: AbortController;
  /** What calls gave that lives on. */
  readonly refs: Set<number>;
}

export interface FunctionsOptions {
  readonly outputChars: () => number;
  ask(call: number): AskHost;
  /** A module that the host has sent. */
  module(id: number): Promise<unknown>;
  /** The log and the ports of a call. */
  context(call: number, given: GivenPorts): object;
}

/** What is sent when a function gave its answer. */
export interface FunctionAnswer {
  readonly text: string;
  readonly tail?: Uint8Array;
}

/** The functions of a plugin, all but those of its actions, as the host calls them; and those of the host that they were handed. */
export class GuestFunctions {
  readonly #options: FunctionsOptions;
  readonly #lent = new Map<number, Lent>();
  readonly #scopes = new Map<number, Scope>();
  #last = 0;

  constructor(options: FunctionsOptions) {
    this.#options = options;
  }

  /** Gives the number by which the host calls them from now on. */
  lend(target: object, members: Members, schemas: Schemas = {}): number {
    this.#last += 1;
    this.#lent.set(this.#last, { target, members, schemas });
    return this.#last;
  }

  cancel(id: number, why: string): void {
    this.#scopes.get(id)?.controller.abort(new DOMException(why, 'AbortError'));
  }

  /** Forgets what this call gave; streams that were not read to their end are told. */
  over(id: number): void {
    const scope = this.#scopes.get(id);
    this.#scopes.delete(id);
    for (const ref of scope?.refs ?? []) {
      const { target } = this.#lent.get(ref)!;
      this.#lent.delete(ref);
      if ('next' in target) void (target as Pulled).return().catch(() => {});
    }
  }

  /** Throws what the function throws, SizeError for an answer that is too large, and what says that it is no data. */
  async invoke({ id, ref, member: name, args, places }: InvokeMessage, tail?: Uint8Array): Promise<FunctionAnswer> {
    const lent = this.#lent.get(ref);
    if (lent === undefined) throw new Error('what it belongs to is closed');
    const { target, members, schemas } = lent;
    const member = members[name]!;
    const scope: Scope = { controller: new AbortController(), refs: new Set() };
    this.#scopes.set(id, scope);
    const frontier = this.#frontier(id, scope, schemas);
    try {
      const unpacked = unpackBytes(args, places ?? [], tail ?? new Uint8Array());
      const given = await arrivingAll(member.takes, unpacked?.value, frontier);
      const result = await (target as Record<string, (...given: unknown[]) => unknown>)[name]!(...given);
      const [left] = leavingAll([member.gives], [result], frontier);
      return this.#answer(id, left!);
    } catch (thrown) {
      this.over(id);
      throw thrown;
    } finally {
      if (scope.refs.size === 0) this.#scopes.delete(id);
    }
  }

  #answer(id: number, left: readonly unknown[]): FunctionAnswer {
    const most = this.#options.outputChars();
    const { value, places, tail } = packBytes(left);
    const json = stringifyJson(resultData(value));
    if (json.length > most || (tail?.byteLength ?? 0) > most) throw new SizeError();
    const where = places === undefined ? '' : `,"places":${JSON.stringify(places)}`;
    return { text: `{"t":"done","id":${id},"value":${json}${where}}`, ...(tail === undefined ? {} : { tail }) };
  }

  /** A port of a call that is made of functions. */
  port(call: number, name: string, members: Members): object {
    const frontier = this.#frontier(call, { controller: new AbortController(), refs: new Set() }, {});
    return this.#proxies(call, name, { ref: 0, has: Object.keys(members) }, members, frontier);
  }

  /** Stands for functions of the host. What they are handed they can use until they have answered. */
  #proxies(call: number, port: string, reference: Reference, members: Members, frontier: Frontier): object {
    const ask = this.#options.ask(call);
    return proxyOf(reference, members, async (_ref, name, member, given) => {
      const handed: number[] = [];
      const lend: Frontier['lend'] = (target, inner) => handed[handed.push(this.lend(target, inner)) - 1]!;
      try {
        const packed = packBytes(leavingAll(member.takes, given, { ...frontier, lend }));
        const signal = given.find((one) => one instanceof AbortSignal) as AbortSignal | undefined;
        const { value } = await ask(port, name, resultData(packed.value) as unknown[], { signal, packed });
        const [result] = await arrivingAll([member.gives], [value], frontier);
        return result;
      } finally {
        for (const ref of handed) this.#lent.delete(ref);
      }
    });
  }

  #frontier(id: number, { controller, refs }: Scope, schemas: Schemas): Frontier {
    const frontier: Frontier = {
      signal: controller.signal,
      lend: (target, members) => {
        const ref = this.lend(target, members);
        refs.add(ref);
        return ref;
      },
      borrow: (reference, members) => this.#proxies(id, `ref:${reference.ref}`, reference, members, frontier),
      giveBack() {},
      moduleOut: () => undefined,
      moduleIn: (claim) => this.#options.module(Number(claim)),
      checked: async (name, value) => {
        const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
        if (schema === undefined) return value;
        const outcome = await validate(schema, value);
        return outcome.ok ? outcome.value : value;
      },
      contextOut: () => ({}),
      contextIn: (claim) => ({
        signal: controller.signal,
        ...this.#options.context(id, claim as unknown as GivenPorts),
      }),
    };
    return frontier;
  }
}

/** The answer of a function was larger than the host takes. */
export class SizeError extends Error {}
