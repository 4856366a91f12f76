import type { BackplaneError, HttpReply, Log } from '@backplane/sdk';
import { raise } from '../../../errors/catalogue.ts';
import type { EgressRules } from '../../../network/egress-rules.ts';
import { createHttpPort } from '../../../network/http-client.ts';
import { configuredProxy } from '../../../network/proxy.ts';
import { PACKAGE_LIMITS } from '../../store/package-limits.ts';
import { environmentProxy } from './environment-proxy.ts';
import { type Packument, packumentSchema } from './packument.ts';
import type { Registries, Registry } from './registries.ts';

export interface RegistryClientOptions {
  readonly registries: Registries;
  readonly egress: EgressRules;
  readonly log: Log;
  /** For the proxy variables, where `egress.proxy` is absent. */
  readonly environment: NodeJS.ProcessEnv;
  /** Of one request; default 60,000. */
  readonly timeoutMs?: number;
}

/** Asks npm registries. Throws PLUGIN_REGISTRY_… and PLUGIN_SOURCE_NOT_FOUND, EGRESS_DENIED for addresses that are off limits. */
export interface RegistryClient extends AsyncDisposable {
  packument(name: string, form: 'short' | 'long', signal: AbortSignal): Promise<Packument>;
  /** Bytes that nobody has checked yet. */
  tarball(name: string, url: string, signal: AbortSignal): Promise<Buffer>;
  /** The keys its signatures are made with; undefined when it has none to show. */
  keys(registry: Registry, signal: AbortSignal): Promise<string | undefined>;
  /** What vouches for a version, unchecked; undefined when the registry has nothing. */
  attestations(name: string, version: string, signal: AbortSignal): Promise<string | undefined>;
}

const PACKUMENT_BYTES = 96 * 1024 * 1024;
const ATTESTATIONS_BYTES = 4 * 1024 * 1024;
const SHORT_FORM = 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8';

export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  const { registries, egress, log, environment, timeoutMs = 60_000 } = options;
  const named = registries.all.map(({ url }) => new URL(url).host.replace(/^\[(.*)\]$/, '$1'));
  const http = createHttpPort({
    log,
    // Who names a registry permits its address. All else is the open network: a registry must not lead the host into the house.
    egress: {
      allow: [...named, ...(egress.allow.length > 0 ? egress.allow : ['*'])],
      deny: egress.deny,
      allowPrivateNetworks: false,
    },
    proxyFor: configuredProxy(egress) ?? environmentProxy(environment),
  });

  async function ask(
    registry: Registry,
    name: string,
    url: string,
    more: { accept: string; bytes: number; signal: AbortSignal },
  ) {
    // A token goes only where the registry itself is: files may lie on another host, which must not learn it.
    const authorization = url.startsWith(registry.url) ? await registry.authorization() : undefined;
    let reply: HttpReply;
    try {
      reply = await http.send({
        url,
        headers: { accept: more.accept, ...(authorization === undefined ? {} : { authorization }) },
        followRedirects: true,
        maxRedirects: 5,
        timeoutMs,
        maxResponseBytes: more.bytes,
        signal: more.signal,
        ...(registry.ca === undefined ? {} : { certificateAuthority: registry.ca }),
      });
    } catch (cause) {
      const { code, message } = cause as BackplaneError;
      if (code === 'EGRESS_DENIED' || more.signal.aborted) throw cause;
      if (code === 'HTTP_PORT_BODY_TOO_LARGE')
        throw raise.PLUGIN_TOO_LARGE({ what: `The answer about \`${name}\``, limit: `${more.bytes} bytes` }, { cause });
      throw raise.PLUGIN_REGISTRY_UNREACHABLE({ registry: registry.url, cause: message }, { cause });
    }
    const { status } = reply;
    if (registry.url.startsWith('https:') && !reply.url.startsWith('https:'))
      throw raise.PLUGIN_REGISTRY_REPLY_INVALID({
        registry: registry.url,
        name,
        problem: 'it came without encryption',
      });
    if (status === 401 || status === 403) {
      const withToken = authorization === undefined ? 'without a token' : 'with its token';
      throw raise.PLUGIN_REGISTRY_REFUSED({ registry: registry.url, name, status, withToken });
    }
    if (status === 429 || status >= 500)
      throw raise.PLUGIN_REGISTRY_UNREACHABLE({ registry: registry.url, cause: `it answers with HTTP ${status}.` });
    if (status !== 200 && status !== 404)
      throw raise.PLUGIN_REGISTRY_REPLY_INVALID({ registry: registry.url, name, problem: `HTTP ${status}` });
    return reply;
  }

  function absent(registry: Registry, name: string) {
    const where = `the registry ${registry.url} does not have it, or does not show it to this host`;
    return raise.PLUGIN_SOURCE_NOT_FOUND({ wish: `npm:${name}`, where });
  }

  return {
    async packument(name, form, signal) {
      const registry = registries.of(name);
      const accept = form === 'short' ? SHORT_FORM : 'application/json';
      const url = `${registry.url}${name.replace('/', '%2f')}`;
      const reply = await ask(registry, name, url, { accept, bytes: PACKUMENT_BYTES, signal });
      if (reply.status === 404) throw absent(registry, name);
      const refuse = (problem: string, cause?: unknown) =>
        raise.PLUGIN_REGISTRY_REPLY_INVALID({ registry: registry.url, name, problem }, { cause });
      let value: unknown;
      try {
        value = JSON.parse(Buffer.from(reply.body).toString('utf8'));
      } catch (cause) {
        throw refuse('it is not JSON', cause);
      }
      const parsed = packumentSchema.safeParse(value);
      if (!parsed.success) throw refuse(`${parsed.error.issues[0]!.path.join('.') || 'it'} is not as expected`);
      if ((value as { readonly name?: unknown }).name !== name) throw refuse('it is about another package');
      return parsed.data;
    },
    async tarball(name, url, signal) {
      const registry = registries.of(name);
      const accept = 'application/octet-stream, */*';
      const reply = await ask(registry, name, url, { accept, bytes: PACKAGE_LIMITS.archiveBytes, signal });
      if (reply.status === 404) throw absent(registry, name);
      return Buffer.from(reply.body);
    },
    async keys(registry, signal) {
      if (registry.keys !== undefined) return registry.keys;
      const url = `${registry.url}-/npm/v1/keys`;
      const reply = await ask(registry, 'its keys', url, { accept: 'application/json', bytes: 1024 * 1024, signal });
      return reply.status === 404 ? undefined : Buffer.from(reply.body).toString('utf8');
    },
    async attestations(name, version, signal) {
      const registry = registries.of(name);
      const url = `${registry.url}-/npm/v1/attestations/${name.replace('/', '%2f')}@${version}`;
      const reply = await ask(registry, name, url, { accept: 'application/json', bytes: ATTESTATIONS_BYTES, signal });
      return reply.status === 404 ? undefined : Buffer.from(reply.body).toString('utf8');
    },
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}
