import type { Log } from '@backplane/sdk';
import { raise } from '../../../errors/catalogue.ts';
import type { EgressRules } from '../../../network/egress-rules.ts';
import { readManifest } from '../../manifest/read-manifest.ts';
import { inBatches } from '../../store/in-batches.ts';
import { PACKAGE_LIMITS } from '../../store/package-limits.ts';
import { createPathChecker } from '../../store/path-checker.ts';
import type { PluginStore } from '../../store/plugin-store.ts';
import { bytesIntegrity } from '../../store/tree-integrity.ts';
import { unpackPackage } from '../../store/unpack-package.ts';
import { checkIntegrity, checkLocked, fetchedPlugin, stoppable } from '../fetched-plugin.ts';
import type { PluginSource } from '../plugin-source.ts';
import { type LockedDependency, lockedDependencies } from './locked-dependencies.ts';
import { checkAllowed, checkProofs, minimumAgeMs, type NpmRules } from './npm-rules.ts';
import { parseNpmWish } from './npm-wish.ts';
import { type PackageVersion, type Packument, sha512Of, versionSchema } from './packument.ts';
import { pickVersion } from './pick-version.ts';
import { verifyProvenance } from './provenance.ts';
import type { Registries } from './registries.ts';
import { createRegistryClient } from './registry-client.ts';
import { verifySignature } from './registry-signatures.ts';

export interface NpmSourceOptions {
  readonly store: PluginStore;
  readonly registries: Registries;
  readonly rules: NpmRules;
  readonly egress: EgressRules;
  readonly log: Log;
  /** For `HTTPS_PROXY` and its like. */
  readonly environment: NodeJS.ProcessEnv;
  /** Of one request to a registry; default 60,000. */
  readonly timeoutMs?: number;
}

/** Dependencies that are fetched at the same time. */
const AT_ONCE = 6;

/** Packages of npm registries: `npm:@acme/tickets@^1.4`. No script of a package ever runs. */
export function npmSource(options: NpmSourceOptions): PluginSource & AsyncDisposable {
  const { store, registries, rules } = options;
  const client = createRegistryClient(options);

  /** The long form, which tells when versions were published, is many times larger: asked for only when it decides something. */
  async function packumentFor(name: string, signal: AbortSignal): Promise<Packument> {
    const short = await client.packument(name, 'short', signal);
    const ageMs = minimumAgeMs(name, rules);
    if (ageMs === 0 || short.time !== undefined) return short;
    const quietSince = Date.parse(short.modified ?? '');
    if (quietSince > Date.now() - ageMs || Number.isNaN(quietSince)) return client.packument(name, 'long', signal);
    const time = Object.fromEntries(Object.keys(short.versions).map((version) => [version, short.modified]));
    return { ...short, time };
  }

  function versionOf(packument: Packument, name: string, version: string): PackageVersion & { integrity: string } {
    const parsed = versionSchema.safeParse(packument.versions[version]);
    const registry = registries.of(name).url;
    if (!parsed.success) {
      const problem = `${parsed.error.issues[0]!.path.join('.')} of version ${version} is missing or odd`;
      throw raise.PLUGIN_REGISTRY_REPLY_INVALID({ registry, name, problem });
    }
    const integrity = sha512Of(parsed.data.dist.integrity);
    if (integrity === undefined) throw raise.PLUGIN_INTEGRITY_MISSING({ what: `${name}@${version}` });
    return { ...parsed.data, integrity };
  }

  async function proofsOf(name: string, version: string, promised: string, signal: AbortSignal) {
    const packument = await packumentFor(name, signal);
    const { dist, integrity } = versionOf(packument, name, version);
    checkIntegrity(`What the registry says of ${name}@${version}`, integrity, promised);
    const published = packument.time?.[version];
    const registry = registries.of(name);
    const keys = dist.signatures?.length ? await client.keys(registry, signal) : undefined;
    const signature = verifySignature(
      {
        name,
        version,
        integrity: dist.integrity!,
        signatures: dist.signatures,
        ...(typeof published === 'string' ? { published } : {}),
      },
      keys,
    );
    if (dist.attestations === undefined) return { signature, provenance: { state: 'absent' } as const };
    const attestations = await client.attestations(name, version, signal);
    const provenance = await verifyProvenance({ name, version, integrity }, attestations, registry.trustRoot);
    return { signature, provenance };
  }

  async function fetchDependency(target: string, dependency: LockedDependency, more: UnpackMore): Promise<void> {
    const { path, name, version, integrity, resolved } = dependency;
    checkAllowed(name, rules);
    const what = `${name}@${version}`;
    const bytes = await client.tarball(name, tarballOf(dependency, registries, resolved), more.signal);
    checkIntegrity(what, bytesIntegrity(bytes), integrity);
    await unpackPackage(bytes, target, { what, below: path, ...more });
  }

  return {
    kind: 'npm',
    resolve: (text, signal) =>
      stoppable(`npm:${text}`, signal, async () => {
        const wish = parseNpmWish(text);
        const { name } = wish;
        checkAllowed(name, rules);
        const packument = await packumentFor(name, signal);
        const { version, notes } = pickVersion(packument, wish, { ageMs: minimumAgeMs(name, rules), now: Date.now() });
        const { dist, integrity } = versionOf(packument, name, version);
        const registry = registries.of(name).url;
        return { version, origin: { from: 'npm', name, registry, tarball: dist.tarball }, integrity, notes };
      }),
    fetch: ({ version, origin, integrity }, { locked, signal }) => {
      if (origin.from !== 'npm') throw new TypeError(`not from npm: ${origin.from}`);
      const { name, tarball } = origin;
      const what = `${name}@${version}`;
      return stoppable(`npm:${what}`, signal, async () => {
        checkAllowed(name, rules);
        checkLocked(version, locked);
        const expected = locked?.integrity ?? integrity;
        if (expected === undefined) throw raise.PLUGIN_INTEGRITY_MISSING({ what });
        // The bytes of the lock are the bytes whose proofs it tells; they need no registry to be believed again.
        const proofs = locked ?? (await proofsOf(name, version, expected, signal));
        const { signature, provenance } = proofs;
        const notes = checkProofs({ name, version, signature, provenance }, rules, registries.of(name).require);
        if (locked === undefined) for (const note of notes) options.log.warn(note, { plugin: what });
        const known = await store.find(expected, locked?.id);
        if (known !== undefined) return fetchedPlugin(known, origin, expected, proofs);
        const bytes = await client.tarball(name, tarball, signal);
        checkIntegrity(what, bytesIntegrity(bytes), expected);
        const artifact = await store.add((folder) => fill(folder, bytes), { what, source: expected, signal });
        return fetchedPlugin(artifact, origin, expected, proofs);
      });

      async function fill(folder: string, bytes: Buffer): Promise<void> {
        const checker = createPathChecker(what, PACKAGE_LIMITS);
        await unpackPackage(bytes, folder, { what, checker, signal });
        const manifest = readManifest(folder);
        if (manifest.version !== version)
          throw raise.PLUGIN_VERSION_MISMATCH({ name, expected: version, found: manifest.version });
        if (manifest.tier === 'isolate') return;
        const fetchOne = (one: LockedDependency) => fetchDependency(folder, one, { checker, signal });
        await inBatches(lockedDependencies(folder, name), AT_ONCE, fetchOne);
      }
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

interface UnpackMore {
  readonly checker: ReturnType<typeof createPathChecker>;
  readonly signal: AbortSignal;
}

/** An address of a registry that is configured stays; others, the public registry's above all, become that of the configured one. */
function tarballOf({ name, version }: LockedDependency, { all, of }: Registries, resolved: string | undefined): string {
  if (resolved !== undefined && all.some(({ url }) => resolved.startsWith(url))) return resolved;
  return `${of(name).url}${name}/-/${name.split('/').at(-1)}-${version}.tgz`;
}
