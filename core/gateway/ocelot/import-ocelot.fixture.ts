import type { PolicyUse } from '../model/policy-use.ts';
import { importOcelot, type OcelotImport, type OcelotImportOptions } from './import-ocelot.ts';

/** A route that could run, with what a test says about it. */
export function ocelotRoute(given: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    UpstreamPathTemplate: '/orders/{rest}',
    DownstreamPathTemplate: '/{rest}',
    DownstreamScheme: 'http',
    DownstreamHostAndPorts: [{ Host: 'orders', Port: 8080 }],
    ...given,
  };
}

export function scheme(name: string): PolicyUse {
  return {
    id: `authentication/${name}`,
    policy: 'jwt',
    config: {},
    place: { file: 'gateway.yaml', line: 1, column: 1 },
  };
}

/** One route, alone in its file. */
export function importRoute(given: Readonly<Record<string, unknown>>, options?: OcelotImportOptions, global?: unknown) {
  const file = { Routes: [ocelotRoute(given)], ...(global === undefined ? {} : { GlobalConfiguration: global }) };
  return importText(JSON.stringify(file), options);
}

export function importText(text: string, options: OcelotImportOptions = { compat: 'ocelot' }) {
  return seen(importOcelot([{ name: 'ocelot.json', text }], options));
}

/** An import with what tests ask it. */
export function seen(result: OcelotImport) {
  const { model, findings } = result;
  return {
    ...result,
    route: model.routes[0]!,
    upstream: model.upstreams[0]!,
    codes: (severity?: string) =>
      findings.filter((finding) => severity === undefined || finding.severity === severity).map(({ code }) => code),
    config: (policy: string, index = 0) => model.routes[index]?.policies.find((use) => use.policy === policy)?.config,
    finding: (code: string) => findings.find((finding) => finding.code === code),
  };
}
