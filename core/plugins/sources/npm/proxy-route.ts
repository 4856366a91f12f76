import { getCACertificates } from 'node:tls';
import { type Dispatcher, ProxyAgent } from 'undici';

export interface ProxyRoute extends AsyncDisposable {
  route(url: URL): Dispatcher | undefined;
}

/**
 * The way that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` prescribe, in capitals or not; undefined where none does. The proxy resolves
 * names, so what the host may reach by it is up to the proxy.
 */
export function openProxyRoute(environment: NodeJS.ProcessEnv, authorities: readonly string[]): ProxyRoute {
  const agents = new Map<string, ProxyAgent>();
  const ca = [...getCACertificates('default'), ...authorities];
  return {
    route(url) {
      const proxy = proxyFor(url, environment);
      if (proxy === undefined) return undefined;
      const agent = agents.get(proxy) ?? new ProxyAgent({ uri: proxy, requestTls: { ca } });
      agents.set(proxy, agent);
      return agent;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

/** The address of the proxy for a target. */
export function proxyFor(url: URL, environment: NodeJS.ProcessEnv): string | undefined {
  const variable = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined;
  const proxy = url.protocol === 'https:' ? variable('HTTPS_PROXY') : variable('HTTP_PROXY');
  if (proxy === undefined) return undefined;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const except = (variable('NO_PROXY') ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  return except.some((rule) => isExcepted(rule, url.hostname, port)) ? undefined : proxy;
}

function isExcepted(rule: string, host: string, port: string): boolean {
  if (rule === '*') return true;
  const [, name, onlyPort] = /^(.*?)(?::(\d+))?$/.exec(rule)!;
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const bare = name!.replace(/^\*?\./, '');
  return host === bare || host.endsWith(`.${bare}`);
}
