import type { ClientOf, Provided } from './provided-method.ts';

declare const CONTRACT: unique symbol;

/** A plugin that this one calls. The manifest says which versions fit, under `requires` or `optional`. */
export interface Dependency<Client, Optional extends boolean = false> {
  readonly plugin: string;
  readonly optional: Optional;
  /** Never there: it carries the type. */
  readonly [CONTRACT]?: Client;
}

export type Dependencies = Readonly<Record<string, Dependency<any, boolean>>>;

export type BoundDependencies<D extends Dependencies> = {
  readonly [K in keyof D]: D[K] extends Dependency<infer Client, infer Optional>
    ? Optional extends true
      ? Client | undefined
      : Client
    : never;
};

/** The member `deps`, absent when none is declared (or none is known). */
export type DependenciesMember<D extends Dependencies> = [keyof D] extends [never]
  ? unknown
  : string extends keyof D
    ? unknown
    : { readonly deps: BoundDependencies<D> };

/**
 * Names a plugin to call. Its type is that of the other's default export, imported as a type alone: `dependency<typeof tools>('json-tools')`
 * after `import type tools from …`. Calls reject with PLUGIN_DEPENDENCY_UNAVAILABLE while the other is off.
 */
export function dependency<P extends { readonly provides?: Provided }>(
  plugin: string,
): Dependency<ClientOf<NonNullable<P['provides']>>> {
  return { plugin, optional: false };
}

/** As {@link dependency}, for one that may be missing: then the member is undefined. */
export function optionalDependency<P extends { readonly provides?: Provided }>(
  plugin: string,
): Dependency<ClientOf<NonNullable<P['provides']>>, true> {
  return { plugin, optional: true };
}
