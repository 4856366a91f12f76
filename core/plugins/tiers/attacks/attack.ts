import type { PluginParts } from '../tier-home.fixture.ts';

/** One hostile plugin and every way in which it may end. */
export interface Attack extends PluginParts {
  readonly name: string;
  /** Error codes that loading, starting or calling it may end in. */
  readonly codes?: readonly string[];
  /** The harmless result that it may give instead. */
  readonly result?: unknown;
  /** Called with these arguments. */
  readonly args?: object;
  /** Milliseconds that loading may take. */
  readonly loadMs?: number;
  /** Its process must be gone afterwards: it is not to be trusted with another call. */
  readonly lost?: boolean;
}

/** The body of `run` that tells what an attempt gave: `refused`, with Node's or our code, when it failed. */
export const attempt = (body: string) =>
  `async (call) => { try { return ['got', String(await (async () => { ${body} })()).slice(0, 60)]; } catch (error) { return ['refused', error?.code ?? error?.name]; } }`;

export const DENIED = ['refused', 'ERR_ACCESS_DENIED'];
