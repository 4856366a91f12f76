/** The part of a network rule that decides. Hosts in canonical form: lower case, without the port of https. */
export interface HostRule {
  readonly host: string;
  /** Absent: any. */
  readonly methods?: readonly string[];
}

/** Whether one of the rules lets this request out. A port that is not that of https must be named. */
export function networkAllows(rules: readonly HostRule[], method: string, url: URL): boolean {
  const port = url.port === '' ? (url.protocol === 'http:' ? '80' : '443') : url.port;
  const host = url.hostname.replace(/\.$/, '').toLowerCase();
  const target = port === '443' ? host : `${host}:${port}`;
  return rules.some(
    (rule) =>
      hostCovers(rule.host, target) && (rule.methods === undefined || rule.methods.includes(method.toUpperCase())),
  );
}

/** `*` covers every host and port; `*.a.com` what ends in `.a.com`, not `a.com` itself; ports must be equal. */
export function hostCovers(wide: string, narrow: string): boolean {
  if (wide === '*' || wide === narrow) return true;
  const [host, port] = splitPort(wide);
  const [other, otherPort] = splitPort(narrow);
  return port === otherPort && host.startsWith('*.') && other.endsWith(host.slice(1));
}

function splitPort(host: string): readonly [host: string, port: string] {
  const [, name = host, port = ''] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  return [name, port];
}
