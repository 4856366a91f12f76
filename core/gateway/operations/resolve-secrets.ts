import { raise } from '../../errors/catalogue.ts';
import type { GatewayProblem } from '../files/gateway-problem.ts';
import type { GatewayModel } from '../model/gateway-model.ts';
import type { Place } from '../model/place.ts';
import type { PolicyUse } from '../model/policy-use.ts';
import type { RegistrationModel } from '../model/registration-model.ts';
import type { RouteModel } from '../model/route-model.ts';
import type { UpstreamModel } from '../model/upstream-model.ts';

const REFERENCE = /^secret:([\w-]+)\.([\w-]+)$/;

/** All keys of a secret of the default workspace; undefined: there is none of this name. */
export type ReadSecret = (name: string) => Promise<Readonly<Record<string, string>> | undefined>;

export interface ResolvedModel {
  readonly model: GatewayModel;
  /** Values that were put in. */
  readonly values: readonly string[];
  readonly problems: readonly GatewayProblem[];
}

/** Puts the values of secrets where settings of policies and upstreams say `secret:NAME.KEY`. */
export async function resolveSecrets(model: GatewayModel, read: ReadSecret): Promise<ResolvedModel> {
  const names = new Set<string>();
  fill(model, (name) => {
    names.add(name);
    return '';
  });
  const found = new Map(await Promise.all([...names].map(async (name) => [name, await read(name)] as const)));
  const values = new Set<string>();
  const problems: GatewayProblem[] = [];
  const filled = fill(model, (name, key, place) => {
    const secret = found.get(name);
    const value = secret !== undefined && Object.hasOwn(secret, key) ? secret[key] : undefined;
    if (value !== undefined) {
      values.add(value);
      return value;
    }
    const { code, message, facts } = raise.GATEWAY_SECRET_MISSING({ name, key });
    problems.push({ severity: 'error', code, message, remedy: facts.remedy, place });
    return `secret:${name}.${key}`;
  });
  return { model: filled, values: [...values], problems };
}

type SecretOf = (name: string, key: string, place: Place) => string;

function fill({ routes, upstreams, policies, registrations }: GatewayModel, secretOf: SecretOf): GatewayModel {
  // A use that several routes share stays one.
  const known = new Map<PolicyUse, PolicyUse>();
  const use = (given: PolicyUse): PolicyUse => {
    const made = known.get(given) ?? { ...given, config: replaced(given.config, given.place, secretOf) };
    known.set(given, made);
    return made;
  };
  const route = (given: RouteModel): RouteModel => ({
    ...given,
    policies: given.policies.map(use),
    authenticate: { ...given.authenticate, schemes: given.authenticate.schemes.map(use) },
  });
  const announced = (given: RegistrationModel): RegistrationModel => ({
    ...given,
    config: replaced(given.config, given.place, secretOf),
  });
  const upstream = (given: UpstreamModel): UpstreamModel => {
    const { targets, pool, place } = given;
    return {
      ...given,
      pool: replaced(pool, place, secretOf),
      targets: targets.kind === 'static' ? targets : { ...targets, config: replaced(targets.config, place, secretOf) },
    };
  };
  return {
    routes: routes.map(route),
    upstreams: upstreams.map(upstream),
    policies: policies.map(use),
    registrations: registrations.map(announced),
  };
}

function replaced<T>(value: T, place: Place, secretOf: SecretOf): T {
  if (typeof value === 'string') {
    const found = REFERENCE.exec(value);
    return (found === null ? value : secretOf(found[1]!, found[2]!, place)) as T;
  }
  if (Array.isArray(value)) return value.map((item) => replaced(item, place, secretOf)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, place, secretOf)])) as T;
}
