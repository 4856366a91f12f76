import type { OAuthProviderSpec } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';

/** A provider with the settings of a customer put into its addresses. */
export interface ProviderAt {
  readonly spec: OAuthProviderSpec;
  readonly endpoints: OAuthProviderSpec['endpoints'];
  readonly sendTokenTo: readonly string[];
  readonly account?: NonNullable<OAuthProviderSpec['account']>;
  /** Beside the grant of `client_credentials`. */
  readonly serviceParameters: Readonly<Record<string, string>>;
}

/** Throws CONNECTION_SETTING_INVALID and CONNECTION_ADDRESS_INVALID. */
export function providerAt(spec: OAuthProviderSpec, given: Readonly<Record<string, string>>): ProviderAt {
  const values = settingsOf(spec, given);
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (whole, name: string) => values.get(name) ?? whole);
  const address = (which: string, text: string) => checkAddress(spec, which, fill(text));
  const { authorize, token, revoke, introspect, device } = spec.endpoints;
  const { account } = spec;
  return {
    spec,
    endpoints: {
      token: address('token', token),
      ...(authorize !== undefined && { authorize: address('authorize', authorize) }),
      ...(revoke !== undefined && { revoke: address('revoke', revoke) }),
      ...(introspect !== undefined && { introspect: address('introspect', introspect) }),
      ...(device !== undefined && { device: address('device', device) }),
    },
    sendTokenTo: spec.sendTokenTo.map(fill),
    serviceParameters: Object.fromEntries(
      Object.entries(spec.parameters?.service ?? {}).map(([name, text]) => [name, fill(text)]),
    ),
    ...(account !== undefined && { account: { ...account, url: address('account', account.url) } }),
  };
}

function settingsOf(spec: OAuthProviderSpec, given: Readonly<Record<string, string>>): Map<string, string> {
  const { name: provider, settings = {} } = spec;
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(settings, name));
  if (unknown !== undefined)
    throw raise.CONNECTION_SETTING_INVALID({ provider, setting: unknown, problem: 'does not exist' });
  const values = new Map<string, string>();
  for (const [setting, { pattern, default: fallback }] of Object.entries(settings)) {
    const value = Object.hasOwn(given, setting) ? given[setting]! : fallback;
    if (value === undefined) throw raise.CONNECTION_SETTING_INVALID({ provider, setting, problem: 'is missing' });
    // Whatever the pattern lets through: nothing that could end the host or begin another part of an address.
    const fits = new RegExp(`^(?:${pattern})$`).test(value) && !/[\s@\\?#]/.test(value) && value.length <= 255;
    if (!fits)
      throw raise.CONNECTION_SETTING_INVALID({ provider, setting, problem: `does not have the form ${pattern}` });
    values.set(setting, value);
  }
  return values;
}

function checkAddress({ name: provider }: OAuthProviderSpec, which: string, text: string): string {
  const url = URL.parse(text);
  const problem = problemOf(url);
  if (problem !== undefined) throw raise.CONNECTION_ADDRESS_INVALID({ provider, which, problem });
  return text;
}

function problemOf(url: URL | null): string | undefined {
  if (url === null) return 'is no URL';
  if (url.protocol !== 'https:' && !isThisMachine(url)) return 'is not https';
  if (url.username !== '' || url.password !== '') return 'names a user';
  if (url.hash !== '') return 'has a fragment';
  return undefined;
}

/** For tests and development: what does not leave this machine needs no https. */
function isThisMachine({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
