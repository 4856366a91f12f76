import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { GatewayModel } from '../model/gateway-model.ts';
import type { Place } from '../model/place.ts';
import type { PolicyUse } from '../model/policy-use.ts';
import type { RouteModel } from '../model/route-model.ts';
import type { UpstreamModel } from '../model/upstream-model.ts';
import { importOcelot } from '../ocelot/import-ocelot.ts';
import type { OcelotFile } from '../ocelot/reading/merge-files.ts';
import type { NativeRoute, OcelotRoute } from './gateway-file-schema.ts';
import type { GatewayProblem } from './gateway-problem.ts';
import { findIdleRoutes } from './idle-routes.ts';
import { type ReadGatewayFile, readGatewayFile } from './read-gateway-file.ts';
import { translatePolicies } from './translate-policies.ts';
import { translateRegistration } from './translate-registration.ts';
import { routeIdOf, translateRoute } from './translate-route.ts';
import { translateUpstream, upstreamOfUrl } from './translate-upstream.ts';

export interface GatewayText {
  /** As it is shown in problems. */
  readonly name: string;
  readonly text: string;
}

export interface ReadOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** The files of Ocelot that a gateway file names. Throws an error that says what cannot be read. */
  ocelotFiles(paths: readonly string[], from: string): readonly OcelotFile[];
}

export interface ReadGateway {
  /** Whole only where no problem is an error. */
  readonly model: GatewayModel;
  readonly problems: readonly GatewayProblem[];
}

/** Makes one model of all files of a gateway. Schemes and upstreams of one file can be named in all. Never throws. */
export function readGateway(texts: readonly GatewayText[], options: ReadOptions): ReadGateway {
  const problems: GatewayProblem[] = [];
  const files = texts.flatMap(
    ({ name, text }) => readGatewayFile(text, name, options.environment, (problem) => problems.push(problem)) ?? [],
  );
  const reading = new Reading(files, options, problems);
  const model = reading.model();
  return { model, problems };
}

class Reading {
  readonly #files: readonly ReadGatewayFile[];
  readonly #options: ReadOptions;
  readonly #problems: GatewayProblem[];
  readonly #schemes = new Map<string, PolicyUse>();
  readonly #upstreams = new Map<string, UpstreamModel>();
  readonly #routes = new Map<string, RouteModel>();
  /** Ids that files give to routes: those that are made stay clear of them. */
  readonly #givenIds: ReadonlySet<string>;

  constructor(files: readonly ReadGatewayFile[], options: ReadOptions, problems: GatewayProblem[]) {
    this.#files = files;
    this.#givenIds = new Set(
      files.flatMap(({ content }) => content.routes.flatMap((entry) => ('id' in entry && entry.id) || [])),
    );
    this.#options = options;
    this.#problems = problems;
  }

  model(): GatewayModel {
    for (const file of this.#files) this.#readNames(file);
    for (const file of this.#files) {
      for (const [at, entry] of file.content.routes.entries()) {
        if ('ocelot' in entry) this.#readOcelot(file, entry, at);
        else if (entry.enabled) this.#readRoute(file, entry, at);
      }
    }
    const policies = this.#files.flatMap(({ content, placeOf }) =>
      translatePolicies(content.policies, 'gateway', (at) => placeOf(['policies', at])),
    );
    const registrations = this.#files.flatMap(({ content, placeOf }) =>
      content.registration.map((entry, at) => translateRegistration(entry, placeOf(['registration', at]))),
    );
    for (const { name, failover, place } of this.#upstreams.values()) {
      if (failover !== undefined && !this.#upstreams.has(failover))
        this.#error(place, raise.GATEWAY_UPSTREAM_UNKNOWN({ name: failover, by: `the upstream ${name}` }));
      else if (failover !== undefined && this.#upstreams.get(failover)!.targets.kind === 'services')
        this.#error(place, raise.GATEWAY_FAILOVER_INVALID({ name: failover, upstream: name }));
    }
    findIdleRoutes(this.#routes.values(), (place, problem) => this.#report('warning', place, problem));
    return {
      routes: [...this.#routes.values()],
      upstreams: [...this.#upstreams.values()],
      policies: unique(policies),
      registrations,
    };
  }

  #readNames({ content, placeOf }: ReadGatewayFile): void {
    for (const [name, { type, ...config }] of Object.entries(content.authentication)) {
      const place = placeOf(['authentication', name]);
      if (this.#schemes.has(name)) this.#error(place, raise.GATEWAY_NAME_TAKEN({ kind: 'scheme', name }));
      this.#schemes.set(name, { id: `scheme/${name}`, policy: type, config, label: name, scheme: name, place });
    }
    for (const [name, entry] of Object.entries(content.upstreams)) {
      const place = placeOf(['upstreams', name]);
      if (this.#upstreams.has(name)) this.#error(place, raise.GATEWAY_NAME_TAKEN({ kind: 'upstream', name }));
      this.#try(place, () => this.#upstreams.set(name, translateUpstream(name, entry, place)));
    }
  }

  #readRoute({ content, placeOf }: ReadGatewayFile, entry: NativeRoute, at: number): void {
    const place = placeOf(['routes', at]);
    const id = entry.id ?? this.#freeId(routeIdOf(entry));
    const { to } = entry;
    if (to !== undefined && !this.#upstreams.has(to)) {
      if (!to.includes('://')) {
        const by = `the route ${id}`;
        this.#error(placeOf(['routes', at, 'to']), raise.GATEWAY_UPSTREAM_UNKNOWN({ name: to, by }));
        return;
      }
      const known = this.#try(placeOf(['routes', at, 'to']), () => this.#upstreams.set(to, upstreamOfUrl(to, place)));
      if (!known) return;
    }
    this.#addRoute(
      translateRoute(id, entry, {
        place,
        placeOfPolicy: (policy) => placeOf(['routes', at, 'policies', policy]),
        schemes: this.#schemes,
        authenticate: content.authenticate,
        unknownScheme: (name) =>
          this.#error(placeOf(['routes', at, 'authenticate']), raise.GATEWAY_SCHEME_UNKNOWN({ name })),
      }),
    );
  }

  #readOcelot({ name, content, placeOf }: ReadGatewayFile, entry: OcelotRoute, at: number): void {
    const place = placeOf(['routes', at, 'ocelot']);
    this.#try(place, () => {
      const files = this.#options.ocelotFiles([entry.ocelot].flat(), name);
      const { compat } = content;
      const { model, findings } = importOcelot(files, {
        schemes: Object.fromEntries(this.#schemes),
        handlers: entry.handlers,
        variables: this.#options.environment,
        taken: [...this.#routes.keys(), ...this.#upstreams.keys()],
        ...(entry.environment !== undefined && { environment: entry.environment }),
        ...(entry.services !== undefined && { services: entry.services }),
        ...(compat !== undefined && compat !== 'native' && { compat }),
      });
      this.#problems.push(...findings);
      for (const upstream of model.upstreams) this.#upstreams.set(upstream.name, upstream);
      for (const route of model.routes) this.#addRoute(route);
    });
  }

  #addRoute(route: RouteModel): void {
    if (this.#routes.has(route.id))
      this.#error(route.place, raise.GATEWAY_NAME_TAKEN({ kind: 'route', name: route.id }));
    this.#routes.set(route.id, route);
  }

  #freeId(wanted: string): string {
    for (let count = 1; ; count += 1) {
      const id = count === 1 ? wanted : `${wanted}-${count}`;
      if (!this.#routes.has(id) && !this.#givenIds.has(id)) return id;
    }
  }

  /** False when it failed; what went wrong is reported then. */
  #try(place: Place, work: () => void): boolean {
    try {
      work();
      return true;
    } catch (problem) {
      if (!BackplaneError.is(problem)) throw problem;
      this.#error(place, problem);
      return false;
    }
  }

  #error(place: Place, problem: BackplaneError): void {
    this.#report('error', place, problem);
  }

  #report(severity: GatewayProblem['severity'], place: Place, { code, message, facts }: BackplaneError): void {
    this.#problems.push({ severity, code, message, remedy: facts.remedy, place });
  }
}

/** Uses of several files begin with the same words. */
function unique(uses: readonly PolicyUse[]): PolicyUse[] {
  const counts = new Map<string, number>();
  return uses.map((use) => {
    const count = (counts.get(use.id) ?? 0) + 1;
    counts.set(use.id, count);
    return count === 1 ? use : { ...use, id: `${use.id}-of-file-${count}` };
  });
}
