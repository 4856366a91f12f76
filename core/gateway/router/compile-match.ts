import type { RequestView } from '../exchange/request-view.ts';
import type { RouteMatch } from '../model/route-model.ts';
import { compileHeaderTemplate } from '../ocelot/matching/header-template.ts';
import type { Params } from './compiled-route.ts';
import { fieldTest, headerValues, queryValues } from './field-test.ts';

type Accepts = (request: RequestView) => Params | undefined;

const NOTHING: Params = {};

/** Hosts, headers and query of a route; undefined where it asks for none. Throws GATEWAY_PATTERN_INVALID. */
export function compileMatch({ hosts, hasExactHosts = false, headers, query }: RouteMatch): Accepts | undefined {
  const tests: Accepts[] = [];
  if (hosts.length > 0) {
    const isHost = hostTest(hosts);
    tests.push((request) => (isHost(hasExactHosts ? request.rawHost : request.host) ? NOTHING : undefined));
  }
  for (const condition of headers) {
    const { name, test } = condition;
    if (test.is === 'ocelot') {
      const template = compileHeaderTemplate(test.template, test.caseSensitive);
      tests.push((request) => {
        const values = headerValues(request, name);
        if (values.length === 0) return undefined;
        const found = template.match(values.join(','));
        // Earlier versions put semicolons between the values.
        return asPathParts(found ?? (values.length > 1 ? template.match(values.join(';')) : undefined));
      });
    } else {
      const fits = fieldTest(condition);
      tests.push((request) => (fits(headerValues(request, name)) ? NOTHING : undefined));
    }
  }
  for (const condition of query) {
    const fits = fieldTest(condition);
    tests.push((request) => (fits(queryValues(request, condition.name)) ? NOTHING : undefined));
  }
  if (tests.length === 0) return undefined;
  return (request) => {
    let params = NOTHING;
    for (const test of tests) {
      const given = test(request);
      if (given === undefined) return undefined;
      if (given !== NOTHING) params = { ...params, ...given };
    }
    return params;
  };
}

/** Values of headers take places in the path: they can neither begin a query nor lead out of it. */
function asPathParts(values: Params | undefined): Params | undefined {
  if (values === undefined) return undefined;
  const parts: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === '.' || value === '..') return undefined;
    parts[name] = value.replaceAll(NO_PATH_PART, (found) => encodeURIComponent(found.toWellFormed()));
  }
  return parts;
}

const NO_PATH_PART = /[^A-Za-z0-9\-._~!$&'()*+,;=:@]+/gu;

function hostTest(hosts: readonly string[]): (host: string) => boolean {
  const exact = new Set(hosts.filter((host) => !host.startsWith('*.')));
  const suffixes = hosts.filter((host) => host.startsWith('*.')).map((host) => host.slice(1));
  return (asSent) => {
    // A name that ends with a dot is the same name.
    const host = asSent.replace(/\.?(?::\d*)?$/, '');
    return exact.has(host) || suffixes.some((suffix) => host.endsWith(suffix) && host.length > suffix.length);
  };
}
