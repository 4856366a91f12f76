import type { ServicesSource, UpstreamModel } from '../model/upstream-model.ts';

/** A service as a caller has named it. */
export interface NamedService {
  readonly service: string;
  readonly namespace?: string;
  /** The same for all spellings that the registry takes for one service. */
  readonly key: string;
}

/** What a caller may put into a name: no slash, no control character, nothing that ends in a dot. */
const SOUND = /^\w(?:[\w.-]{0,126}\w)?$/;
/** Names that a registry would take for a mistake, and not for a service that it does not know. */
const FORMS: Readonly<Record<string, RegExp>> = { kubernetes: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/ };
/** Registries to which `Orders` and `orders` are the same. */
const CASE_BLIND: ReadonlySet<string> = new Set(['consul', 'dns']);

/** Reads names of services out of the parameters of a path; undefined for what is no name, or may not be used. */
export function serviceNamer(
  source: ServicesSource,
): (params: Readonly<Record<string, string>>) => NamedService | undefined {
  const pieces = source.service.split(PARAMETER);
  const isCaseBlind = CASE_BLIND.has(source.use);
  const isAllowed = allowing(source);
  return (params) => {
    let whole = pieces[0]!;
    for (let at = 1; at < pieces.length; at += 2) {
      const value = params[pieces[at]!] ?? '';
      if (!SOUND.test(value) || value.includes('..')) return undefined;
      whole += value + pieces[at + 1];
    }
    const { service, namespace = source.namespace } = split(source, whole);
    if (!SOUND.test(service) && source.beforeDot !== 'name') return undefined;
    const form = FORMS[source.use];
    if (form !== undefined && ![service, namespace ?? service].every((text) => form.test(text))) return undefined;
    const full = source.beforeDot === 'namespace' && namespace !== undefined ? `${namespace}.${service}` : service;
    const key = isCaseBlind ? full.toLowerCase() : full;
    const named = { service, ...(namespace !== undefined && { namespace }), key };
    return isAllowed(named) ? named : undefined;
  };
}

/** Whether callers may use the name of a service: a configuration may have come since it was found. */
export function allows(source: ServicesSource, named: NamedService): boolean {
  return allowing(source)(named);
}

function allowing({ use, only, except, namespace: home }: ServicesSource): (named: NamedService) => boolean {
  const isWanted = anyOf(only, CASE_BLIND.has(use));
  const isForbidden = anyOf(except, true);
  return ({ service, namespace, key }) =>
    !isForbidden(key) && !isForbidden(service) && (isWanted(key) || (namespace === home && isWanted(service)));
}

/** The parameters of which a name is made. */
export function serviceParameters({ service }: ServicesSource): readonly string[] {
  return service.split(PARAMETER).filter((_, at) => at % 2 === 1);
}

/** Why callers may not choose names in this way, if they may not. */
export function namingProblem({ use, service }: ServicesSource): string | undefined {
  // The DNS knows every machine there is.
  if (use !== 'dns' || /\}\.[\w-]+(?:\.[\w-]+)*$/.test(service)) return undefined;
  return 'callers could name any machine that has a name: let `service` end with a domain of yours, `{service}.internal.example.com`';
}

/** What a found service is called among the upstreams. */
export function serviceUpstreamName(family: string, { key }: NamedService): string {
  return `${family}/${key}`;
}

/** The upstream of one service. */
export function serviceUpstream(family: UpstreamModel, source: ServicesSource, named: NamedService): UpstreamModel {
  const { use, config, tags, scheme, pollMs } = source;
  const { service, namespace } = named;
  return {
    ...family,
    name: serviceUpstreamName(family.name, named),
    targets: {
      kind: 'discovery',
      ...{ use, config, service, tags, scheme, pollMs },
      ...(namespace !== undefined && { namespace }),
    },
  };
}

/** What makes targets of one configuration those of another. */
export function sourceText({ only: _o, except: _e, most: _m, idleMs: _i, ...asked }: ServicesSource): string {
  return JSON.stringify(asked);
}

const PARAMETER = /\{([A-Za-z_]\w*)\}/;

function split({ beforeDot }: ServicesSource, whole: string): { service: string; namespace?: string } {
  const dot = whole.indexOf('.');
  if (beforeDot === 'name' || dot === -1) return { service: whole };
  const service = whole.slice(dot + 1);
  return beforeDot === 'nothing' ? { service } : { service, namespace: whole.slice(0, dot) };
}

function anyOf(patterns: readonly string[], isCaseBlind: boolean): (text: string) => boolean {
  const tests = patterns.map((pattern) => {
    const text = pattern.split(/\*+/).map((piece) => piece.replaceAll(/[^\w-]/g, '\\$&'));
    return new RegExp(`^${text.join('[\\w.-]*')}$`, isCaseBlind ? 'i' : '');
  });
  return (text) => tests.some((test) => test.test(text));
}
