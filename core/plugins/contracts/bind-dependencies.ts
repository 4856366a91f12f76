import type { Provided } from '@backplane/sdk';
import { BackplaneError, type Log } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { resultData } from '../actions/result-data.ts';
import { issueLine, type StandardSchema, validate } from '../actions/standard-schema.ts';
import { thrownText } from '../thrown-text.ts';

/** A plugin that others may call, whatever tier it runs in. */
export interface Provider {
  readonly id: string;
  readonly provides: Provided;
  readonly log: Log;
  /** Resolves once its `start` is through. */
  started(): Promise<void>;
}

export interface Dependency {
  readonly plugin: string;
  readonly optional: boolean;
}

export interface BindOptions {
  /** Id of the plugin that calls. */
  readonly caller: string;
  readonly deps: Readonly<Record<string, Dependency>>;
  /** The plugin of that id, when it is on and in the version that the caller asks for. Asked at each call: plugins come and go. */
  provider(id: string): Provider | undefined;
  /** Of the call or the plugin's life: ends calls of other plugins, too. */
  readonly signal: AbortSignal;
}

type Method = (input: unknown, options?: { readonly signal?: AbortSignal }) => Promise<unknown>;

/**
 * The `deps` of a plugin: each a client of another, whose methods the host calls with checked input and gives checked output of. An
 * optional one that is off is undefined. Calls reject with coded errors only, such as PLUGIN_DEPENDENCY_UNAVAILABLE.
 */
export function bindDependencies(options: BindOptions): Readonly<Record<string, unknown>> {
  const clients = Object.entries(options.deps).map(([name, { plugin, optional }]) => {
    const isOff = options.provider(plugin) === undefined;
    return [name, optional && isOff ? undefined : client(plugin, options)] as const;
  });
  return Object.freeze(Object.fromEntries(clients));
}

/** Knows its methods by being asked: the other plugin may not be loaded yet. */
function client(plugin: string, options: BindOptions): object {
  return new Proxy(Object.freeze({}), {
    get(_target, method) {
      // `then` would make it a promise in the eyes of `await`.
      if (typeof method !== 'string' || method === 'then') return undefined;
      const call: Method = (input, { signal } = {}) =>
        callMethod(plugin, method, input, {
          ...options,
          signal: signal === undefined ? options.signal : AbortSignal.any([options.signal, signal]),
        });
      return call;
    },
  });
}

async function callMethod(plugin: string, method: string, input: unknown, options: BindOptions): Promise<unknown> {
  const { caller, signal } = options;
  const provider = options.provider(plugin);
  if (provider === undefined) throw raise.PLUGIN_DEPENDENCY_UNAVAILABLE({ caller, plugin });
  await provider.started();
  if (!Object.hasOwn(provider.provides, method)) throw raise.PLUGIN_METHOD_UNKNOWN({ caller, plugin, method });
  const spec = provider.provides[method]!;
  signal.throwIfAborted();
  const given = await validate(spec.input as unknown as StandardSchema, resultData(input));
  if (!given.ok)
    throw raise.INPUT_INVALID({ problems: given.issues.map((issue) => `${plugin}.${method}: ${issueLine(issue)}`) });
  try {
    const result = await spec.run({ input: given.value, caller, log: provider.log, signal });
    const made = await validate(spec.output as unknown as StandardSchema, result);
    if (made.ok) return resultData(made.value);
    throw raise.PLUGIN_OUTPUT_INVALID({ plugin, action: method, problems: made.issues.map(issueLine) });
  } catch (thrown) {
    if (BackplaneError.is(thrown)) throw thrown;
    throw raise.PLUGIN_ACTION_THREW({ plugin, action: method, problem: thrownText(thrown) }, { cause: thrown });
  }
}
