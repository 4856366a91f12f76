import { resultData } from '../../actions/result-data.ts';
import { arrivingAll, type Frontier, leavingAll } from '../crossing/cross.ts';
import type { BytePlaces } from '../crossing/packed-bytes.ts';
import { packBytes } from '../crossing/packed-bytes.ts';
import { type Members, STREAM } from '../crossing/shape.ts';

/** Functions of the host that one call was given: a callback, a stream, an object. */
export class LentFunctions {
  readonly #target: object;
  readonly #members: Members;
  readonly #frontier: (signal: AbortSignal) => Frontier;

  constructor(target: object, members: Members, frontier: (signal: AbortSignal) => Frontier) {
    this.#target = target;
    this.#members = members;
    this.#frontier = frontier;
  }

  /** Reading what the host itself hands out costs the plugin as much as the host: it is not counted. */
  get isStream(): boolean {
    return this.#members === STREAM;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#members, name) && typeof (this.#target as Methods)[name] === 'function';
  }

  /** Throws what the function throws, and TypeError for arguments that it cannot have. */
  async call(name: string, args: unknown, signal: AbortSignal): Promise<LentAnswer> {
    const { takes, gives } = this.#members[name]!;
    const frontier = this.#frontier(signal);
    const given = await arrivingAll(takes, args, frontier);
    const [left] = leavingAll([gives], [await (this.#target as Methods)[name]!(...given)], frontier);
    const { value, places, tail } = packBytes(left);
    return { value: resultData(value), ...(places === undefined ? {} : { places, body: tail! }) };
  }
}

type Methods = Readonly<Record<string, (...given: unknown[]) => unknown>>;

export interface LentAnswer {
  readonly value: unknown;
  readonly places?: BytePlaces;
  readonly body?: Uint8Array;
}
