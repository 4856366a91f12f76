/** Where a repository lies, in parts. */
export interface SourceUrl {
  readonly scheme: 'https' | 'ssh' | 'file';
  /** What git is given: never with a password. */
  readonly text: string;
  /** Lower case, without port; empty for `file`. */
  readonly host: string;
  readonly port?: number;
  /** Of ssh; `git` when the address names none. */
  readonly user: string;
}

export interface UrlRules {
  /** For tests: lets `file://` pass. */
  readonly allowFile?: boolean;
}

const SCP = /^(?:([a-z_][a-z0-9_.-]*)@)?([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?):(?!\/\/)([^\s:][^\s]*)$/i;
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])$/i;

/** The parts of an address that may be used, or what is wrong with it in words that go after the key. */
export function readSourceUrl(text: string, rules: UrlRules = {}): SourceUrl | string {
  if (/[\u0000-\u0020\u007f]/.test(text)) return 'must not have spaces or control characters';
  if (text.startsWith('-')) return 'must not begin with `-`';
  if (/^[a-z0-9+.-]+::/i.test(text)) return 'names a transport helper (`…::`), which could run any program';
  if (!text.includes('://')) return scpUrl(text);
  if (!URL.canParse(text)) return 'is not an address';
  const url = new URL(text);
  if (url.protocol === 'file:') {
    if (rules.allowFile !== true) return 'must be https or ssh; use `folder:` for plugins on this machine';
    return { scheme: 'file', text, host: '', user: '' };
  }
  if (url.protocol !== 'https:' && url.protocol !== 'ssh:')
    return `must be https or ssh, not \`${url.protocol.slice(0, -1)}\``;
  if (url.password !== '' || (url.protocol === 'https:' && url.username !== ''))
    return 'must not hold a credential; put it under `auth`';
  if (url.search !== '' || url.hash !== '') return 'must not have `?` or `#`; use `ref` and `subdir`';
  if (!HOST.test(url.hostname)) return 'has no host that can be used';
  const port = url.port === '' ? {} : { port: Number(url.port) };
  const user = url.username === '' ? 'git' : url.username;
  if (!/^[a-z_][a-z0-9_.-]*$/i.test(user)) return 'has a user name that cannot be used';
  const scheme = url.protocol === 'https:' ? 'https' : 'ssh';
  return { scheme, text, host: url.hostname.toLowerCase(), user, ...port };
}

function scpUrl(text: string): SourceUrl | string {
  const [, user = 'git', host, path] = SCP.exec(text) ?? [];
  if (host === undefined || path === undefined)
    return 'must be an address such as https://git.example.com/team/plugins.git or git@git.example.com:team/plugins.git';
  if (path.startsWith('-')) return 'has a path that begins with `-`';
  return { scheme: 'ssh', text: `${user}@${host}:${path}`, host: host.toLowerCase(), user };
}

/** `*.corp.example` stands for every host below it. */
export function hostAllowed(host: string, allowed: readonly string[]): boolean {
  return allowed.some((entry) => {
    const rule = entry.toLowerCase();
    return rule.startsWith('*.') ? host.endsWith(rule.slice(1)) : host === rule;
  });
}
