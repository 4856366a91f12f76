import type { PolicyUse } from '../../model/policy-use.ts';
import type { Compat } from '../../model/route-model.ts';
import type { OcelotFindings, Spot } from '../findings.ts';
import { emptyMap } from '../reading/ocelot-node.ts';
import { Section } from '../reading/section.ts';

/** What stands for code of the administrator's own Ocelot: a policy, or null for nothing. */
export type HandlerMapping = { readonly policy: string; readonly config?: unknown } | null;

/** Services that callers may name in the path. */
export interface OpenServices {
  readonly only: readonly string[];
  readonly except: readonly string[];
  readonly most: number;
  /** Milliseconds. */
  readonly idle: number;
}

/** What an Ocelot file leaves to the program around it. */
export interface Surroundings {
  /** Authentication schemes by name. */
  readonly schemes?: Readonly<Record<string, PolicyUse>>;
  /** Delegating handlers and aggregators by the name of their class. */
  readonly handlers?: Readonly<Record<string, HandlerMapping>>;
  /** Which services dynamic routing reaches beside those of DynamicRoutes; absent: all. */
  readonly services?: 'named' | OpenServices;
  /** Names of routes and upstreams that others have already. */
  readonly taken?: Iterable<string>;
}

/** A part of the file and what it has become. */
export interface Mapped extends Spot {
  readonly to: string;
}

/** One import on its way: what all translators share. */
export interface Translation {
  readonly compat: Exclude<Compat, 'native'>;
  readonly findings: OcelotFindings;
  readonly global: Section;
  /** A section `Consul` beside Ocelot's own, as programs around it often have one. */
  readonly consul: Section | undefined;
  readonly surroundings: Surroundings;
  readonly mapped: Mapped[];
}

/** What one route, static or dynamic, says, with the global options that hold for it. */
export interface RouteOptions {
  readonly id: string;
  readonly section: Section;
  readonly key: string | undefined;
  /** An option object, under the route's own values those of GlobalConfiguration. */
  options(...names: string[]): Section | undefined;
}

/** Adds a use of a policy to a route. */
export type UsePolicy = (policy: string, config: unknown, spot: Spot) => void;

export function routeOptions(translation: Translation, section: Section, id: string, isDynamic: boolean): RouteOptions {
  const key = section.text('Key');
  return {
    id,
    section,
    key,
    options: (...names) => {
      const own = section.section(...names);
      const shared = translation.global.section(...names);
      const isShared =
        shared !== undefined &&
        (translation.compat === 'ocelot' || isDynamic) &&
        isOfGroup(shared.texts('RouteKeys', 'ReRouteKeys'), key);
      if (!isShared) return own;
      return (own ?? new Section(emptyMap(''))).over(shared);
    },
  };
}

const isOfGroup = (keys: readonly string[], key: string | undefined) =>
  keys.length === 0 || (key !== undefined && keys.includes(key));
