import { compileEgressRule, type EgressRules } from './egress-rules.ts';
import { targetOf } from './target.ts';

/** The address of the proxy that leads to a target; undefined: it is dialled. */
export type ProxyFor = (url: URL) => string | undefined;

/** As `egress.proxy` and `egress.noProxy` say. Throws EGRESS_RULE_INVALID. */
export function configuredProxy({ proxy, noProxy = [] }: EgressRules): ProxyFor | undefined {
  const except = noProxy.map((rule) => compileEgressRule('noProxy', rule));
  if (proxy === undefined) return undefined;
  return (url) => {
    const { name, port, address } = targetOf(url);
    const isExcepted = except.some((rule) => (rule.port ?? port) === port && rule.matches(name, address));
    return isExcepted ? undefined : proxy;
  };
}
