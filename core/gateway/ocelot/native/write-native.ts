import { stringify } from 'yaml';
import type { GatewayModel } from '../../model/gateway-model.ts';
import type { AuthenticationUse, RouteModel } from '../../model/route-model.ts';
import type { UpstreamModel } from '../../model/upstream-model.ts';
import { nativePath, nativeRewrite } from './native-path.ts';
import { nativeUpstream } from './native-upstream.ts';

/**
 * The routes in Backplane's own format, for those who want to leave Ocelot's behind. What only Ocelot's rules can say stands as a comment
 * and stays in the Ocelot file. Schemes of authentication are named, not declared; secrets are names of secrets.
 */
export function writeNative(model: GatewayModel): string {
  const upstreams: Record<string, unknown> = {};
  const left: string[] = [];
  const routes = model.routes.flatMap((route) => {
    const upstream = model.upstreams.find(({ name }) => route.to.kind === 'upstream' && name === route.to.upstream);
    const written = nativeRoute(route, upstream, upstreams);
    if ('why' in written) left.push(`${route.id}: ${written.why}`);
    return 'why' in written ? [] : [written.entry];
  });
  const comment = left.map((line) => `# Left to the Ocelot file: ${line}\n`).join('');
  const content = { ...(Object.keys(upstreams).length > 0 ? { upstreams } : {}), routes };
  return comment + stringify(content, { lineWidth: 140 });
}

function nativeRoute(
  route: RouteModel,
  upstream: UpstreamModel | undefined,
  upstreams: Record<string, unknown>,
): { readonly entry: object } | { readonly why: string } {
  const { match, to, metadata } = route;
  const found =
    match.path.kind === 'native' ? { path: match.path.pattern, restName: undefined } : nativePath(match.path.template);
  if ('why' in found) return found;
  if (match.headers.length > 0) return { why: 'it looks at headers with templates of Ocelot' };
  const rewritten = rewriteOf(route, found.restName);
  if ('why' in rewritten) return rewritten;
  const destination = upstream === undefined ? undefined : nativeUpstream(upstream);
  if (upstream !== undefined && typeof destination === 'object') upstreams[upstream.name] = destination;
  return {
    entry: {
      id: route.id,
      path: found.path,
      ...(match.path.caseSensitive ? {} : { caseSensitive: false }),
      ...(match.methods.length > 0 ? { methods: match.methods } : {}),
      ...(match.hosts.length > 0 ? { hosts: match.hosts } : {}),
      ...(match.priority === 1 ? {} : { priority: match.priority }),
      ...(destination === undefined ? {} : { to: typeof destination === 'string' ? destination : upstream!.name }),
      ...(rewritten.rewrite === undefined ? {} : { rewrite: rewritten.rewrite }),
      ...(to.kind === 'upstream' && to.method !== undefined ? { method: to.method } : {}),
      ...authenticateOf(route.authenticate),
      ...(route.policies.length > 0
        ? { policies: route.policies.map(({ policy, config }) => ({ [policy]: nativeConfig(config) })) }
        : {}),
      ...(route.timeoutMs === undefined ? {} : { timeout: `${route.timeoutMs}ms` }),
      ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
    },
  };
}

/** Parameters of native paths are decoded. */
function nativeConfig(config: unknown): unknown {
  if (typeof config !== 'object' || config === null) return config;
  const { encodedParams: _, ...rest } = config as Readonly<Record<string, unknown>>;
  return rest;
}

function rewriteOf({ to }: RouteModel, restName: string | undefined) {
  if (to.kind === 'policies' || to.path.kind === 'keep') return { rewrite: undefined };
  if (to.path.kind === 'native') return { rewrite: to.path.template };
  return nativeRewrite(to.path.template, to.path.upstreamTemplate, restName);
}

function authenticateOf({ mode, schemes }: AuthenticationUse): object {
  if (mode === 'none') return {};
  const names = schemes.map(({ id, label }) => label ?? id.split('/').at(-1)!);
  return { authenticate: mode === 'optional' ? { schemes: names, optional: true } : names };
}
