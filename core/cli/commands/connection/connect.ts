import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { raise } from '../../../errors/catalogue.ts';
import { type ApiClient, createApiClient } from '../../api-client.ts';
import { printJson } from '../../output.ts';
import { readSecretInput } from '../../secret-input.ts';
import type { OnHost } from '../secrets/on-host.ts';
import { print, type ShownConnection } from './connection.ts';

interface Configure extends OnHost {
  readonly clientId?: string;
  readonly public?: boolean;
  readonly set?: readonly string[];
  readonly scopes?: string;
  readonly service?: boolean;
  readonly environment?: string;
}

/** `backplane connection configure PROVIDER`. */
export async function configure(provider: string, options: Configure): Promise<void> {
  const { clientId, scopes, set } = options;
  const secret =
    clientId === undefined || options.public ? undefined : await readSecretInput(`Client secret of ${provider}`);
  const body = {
    ...keyOf(provider, options),
    ...(clientId !== undefined && { clientId }),
    ...(secret !== undefined && { clientSecret: secret }),
    ...(set !== undefined && { settings: settingsIn(set) }),
    ...(scopes !== undefined && { scopes: scopes === 'default' ? null : scopes.split(/[\s,]+/).filter(Boolean) }),
  };
  print(await createApiClient(options).send('PUT', '/connections', { body }), options);
}

interface Connect extends OnHost {
  readonly device?: boolean;
  readonly browser?: boolean;
  readonly service?: boolean;
  readonly environment?: string;
}

/** `backplane connection connect PROVIDER`: ends when it is connected, or cannot be. */
export async function connect(provider: string, options: Connect): Promise<void> {
  const client = createApiClient(options);
  const before: ShownConnection = await client.send('PUT', '/connections', { body: keyOf(provider, options) });
  if (options.service) return print(await client.send('POST', `/connections/${before.id}/refresh`), options);
  if (options.device) await byCode(client, before);
  else await byBrowser(client, before, options.browser !== false);
  const after = await client.send('GET', `/connections/${before.id}`);
  if (options.json) printJson(after);
  else print(after, options);
}

const tell = (line: string) => process.stderr.write(`${line}\n`);

async function byCode(client: ApiClient, { id, provider }: ShownConnection): Promise<void> {
  const code = await client.send('POST', `/connections/${id}/device`);
  tell(`Open ${code.verificationUri} and enter the code ${code.userCode}.`);
  const until = performance.now() + code.expiresInMs;
  let everyMs = code.everyMs as number;
  while (performance.now() < until) {
    await pause(everyMs);
    const body = { deviceCode: code.deviceCode };
    const { status, slower } = await client.send('POST', `/connections/${id}/device/poll`, { body });
    if (status === 'connected') return;
    if (slower) everyMs += 5_000;
  }
  throw raise.CONNECTION_DEVICE_EXPIRED({ provider });
}

const LINK_LIFE_MS = 600_000;
const LOOK_MS = 1_000;

async function byBrowser(client: ApiClient, before: ShownConnection, open: boolean): Promise<void> {
  const { url } = await client.send('POST', `/connections/${before.id}/link`, { body: {} });
  tell(`Open this link within ten minutes:\n  ${url}`);
  if (open) openBrowser(url);
  const until = performance.now() + LINK_LIFE_MS;
  while (performance.now() < until) {
    await pause(LOOK_MS);
    const { connectedAt } = (await client.send('GET', `/connections/${before.id}`)) as ShownConnection;
    if (connectedAt !== undefined && connectedAt !== before.connectedAt) return;
  }
  throw raise.CONNECTION_DEVICE_EXPIRED({ provider: before.provider });
}

/** As far as there is one: the link is printed anyway. */
function openBrowser(url: string): void {
  const [command, args] =
    process.platform === 'darwin'
      ? ['open', [url]]
      : process.platform === 'win32'
        ? ['rundll32', ['url.dll,FileProtocolHandler', url]]
        : ['xdg-open', [url]];
  spawn(command as string, args as string[], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}

function keyOf(provider: string, { environment, service }: Pick<Configure, 'environment' | 'service'>) {
  return { provider, ...(environment !== undefined && { environment }), owner: service ? 'service' : 'user' };
}

function settingsIn(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw raise.USAGE({ message: `--set: expected NAME=VALUE, got ${JSON.stringify(pair)}` });
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
