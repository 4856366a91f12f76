import type { Http } from '@backplane/sdk';
import { CAPABILITY_OF } from '@backplane/sdk/host';
import type { AdoptedAction } from '../actions/action-shape.ts';
import type { AdoptedContribution } from '../adopt-contributions.ts';
import type { AdoptedPlugin } from '../adopt-plugin.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { KIND_SHAPES } from './crossing/kind-shapes.ts';
import type { Crossing } from './crossing/shape.ts';
import { restrictedHttp } from './restricted-http.ts';

/**
 * The plugin as it may act: each call keeps those ports whose capability was granted, `http` only for the granted hosts and methods.
 * The manifest may ask for more than an administrator gives; what is not given is absent.
 */
export function grantedPlugin(plugin: AdoptedPlugin, id: string, granted: Capabilities): AdoptedPlugin {
  const grantedOf = (call: object) => grantedCall(call, id, granted);
  const { start } = plugin;
  return {
    ...plugin,
    actions: plugin.actions.map((action): AdoptedAction => ({ ...action, run: (call) => action.run(grantedOf(call)) })),
    others: plugin.others.map((other) => grantedContribution(other, grantedOf)),
    ...(start === undefined ? {} : { start: (context: object) => start(grantedOf(context)) }),
  };
}

/** Its functions get what is granted of the ports, wherever their shape says that ports come in. */
function grantedContribution(
  { kind, name, value }: AdoptedContribution,
  grantedOf: (call: object) => object,
): AdoptedContribution {
  const shape = KIND_SHAPES[kind];
  if (shape.is !== 'functions') return { kind, name, value };
  const functions = Object.entries(shape.members).flatMap(([member, { takes }]) => {
    const at = takes.findIndex(isContext);
    const own = (value as unknown as Readonly<Record<string, unknown>>)[member];
    if (at < 0 || typeof own !== 'function') return [];
    const call = (...given: unknown[]) => own.apply(value, given.with(at, grantedOf(given[at] as object)));
    return [[member, call] as const];
  });
  return { kind, name, value: Object.freeze({ ...value, ...Object.fromEntries(functions) }) };
}

function isContext(crossing: Crossing): boolean {
  return typeof crossing === 'object' && 'context' in crossing;
}

function grantedCall(call: object, id: string, granted: Capabilities): object {
  const members = Object.entries(call).flatMap(([name, value]): [string, unknown][] => {
    if (name === 'connections') return [[name, grantedSlots(value as Slots, granted)]];
    if (!Object.hasOwn(CAPABILITY_OF, name)) return [[name, value]];
    const capability = CAPABILITY_OF[name as keyof typeof CAPABILITY_OF];
    if (capability !== undefined && granted[capability] === undefined) return [];
    return [[name, name === 'http' ? restrictedHttp(value as Http, id, granted.network!) : value]];
  });
  return Object.fromEntries(members);
}

type Slots = Readonly<Record<string, { readonly kind: string }>>;

function grantedSlots(slots: Slots, { connections = [] }: Capabilities): Slots {
  return Object.fromEntries(
    Object.entries(slots).filter(([, slot]) => connections.some(({ kind }) => kind === slot.kind)),
  );
}
