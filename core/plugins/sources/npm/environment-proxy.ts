import type { ProxyFor } from '../../../network/proxy.ts';

/** The proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` prescribe, in capitals or not, as all package managers do. */
export function environmentProxy(environment: NodeJS.ProcessEnv): ProxyFor {
  const variable = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined;
  return (url) => {
    const proxy = url.protocol === 'https:' ? variable('HTTPS_PROXY') : variable('HTTP_PROXY');
    if (proxy === undefined) return undefined;
    const port = url.port || (url.protocol === 'https:' ? '443' : '80');
    const except = (variable('NO_PROXY') ?? '')
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean);
    return except.some((rule) => isExcepted(rule, url.hostname, port)) ? undefined : proxy;
  };
}

function isExcepted(rule: string, host: string, port: string): boolean {
  if (rule === '*') return true;
  const [, name, onlyPort] = /^(.*?)(?::(\d+))?$/.exec(rule)!;
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const bare = name!.replace(/^\*?\./, '');
  return host === bare || host.endsWith(`.${bare}`);
}
