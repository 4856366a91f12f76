import { BackplaneError, type ErrorRecord } from '@backplane/sdk';
import type { PluginRecord } from '../plugins/lifecycle/plugin-record.ts';
import type { AppliedChange, PluginAdministration } from '../plugins/plugin-host.ts';
import type { RunningHost } from './running-host.ts';

/** What administrators can do from outside the host. */
export type Administration = Omit<PluginAdministration, 'catchUp' | 'lock'>;

export interface RemoteAdministration extends Administration {
  records(): Promise<readonly PluginRecord[]>;
}

/** The plugins of a running host over its API. Throws the errors that it answers with. */
export function remoteAdministration({ url, key }: RunningHost): RemoteAdministration {
  const call = async <T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> => {
    const response = await fetch(`${url}/api/plugins${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await response.json();
    if (response.ok) return answer as T;
    throw problemOf(answer as ErrorRecord & { readonly detail?: string });
  };
  return {
    records: async () => (await call<{ items: PluginRecord[] }>('GET', '')).items,
    plan: ({ upgrade = [] } = {}) =>
      call('GET', `/plan${upgrade.length === 0 ? '' : `?upgrade=${encodeURIComponent(upgrade.join(','))}`}`),
    apply: async (request) => (await call<{ items: AppliedChange[] }>('POST', '/apply', request)).items,
    approve: (id, request) => call('POST', `/${encodeURIComponent(id)}/approve`, request),
    rollback: (id, request) => call('POST', `/${encodeURIComponent(id)}/rollback`, request),
    prune: (request) => call('POST', '/prune', request),
  };
}

function problemOf({
  code,
  message,
  detail,
  remedy,
  blame,
}: ErrorRecord & { readonly detail?: string }): BackplaneError {
  return new BackplaneError(code, detail ?? message, {
    status: 400,
    blame: blame ?? 'config',
    retry: 'after-fix',
    remedy: remedy ?? '',
  });
}
