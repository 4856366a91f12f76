import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { codeOf, type LocalServer, serve } from '../../../network/local-server.fixture.ts';
import { bytesIntegrity } from '../../store/tree-integrity.ts';
import { packed } from '../archive.fixture.ts';
import { type PluginFiles, pluginFiles, signal } from '../plugin-source.contract.ts';
import { type NpmUnderTest, openNpm } from './npm-source.fixture.ts';
import { startSigstore } from './sigstore.fixture.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const resource of open.splice(0).reverse()) await resource[Symbol.asyncDispose]();
});

async function listen(listener: RequestListener): Promise<LocalServer> {
  const server = await serve(listener);
  open.push(server);
  return server;
}

interface Fake {
  readonly files?: PluginFiles;
  /** Changes what the registry says of the version. */
  readonly dist?: object;
  readonly packument?: object;
  /** Answers before the registry does; true: it did. */
  readonly first?: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly tarball?: Buffer;
  readonly name?: string;
  readonly version?: object;
}

/** A registry with one package `tickets@1.0.0`, as wicked as the test wants it, and a source that asks it with a token. */
async function registryWith(fake: Fake, given: Partial<NpmUnderTest> = {}) {
  const bytes = packed(fake.files ?? pluginFiles());
  const asked: { readonly url: string; readonly token: string | undefined }[] = [];
  const server: LocalServer = await listen((request, response) => {
    asked.push({ url: request.url!, token: request.headers.authorization });
    if (fake.first?.(request, response) === true) return;
    if (request.url!.endsWith('.tgz')) return void response.end(fake.tarball ?? bytes);
    if (request.url !== `/${fake.name ?? 'tickets'}`) return void response.writeHead(404).end('{}');
    const dist = { tarball: `${server.url}/tickets.tgz`, integrity: bytesIntegrity(bytes), ...fake.dist };
    const versions = { '1.0.0': { name: 'tickets', version: '1.0.0', dist, ...fake.version } };
    response.end(JSON.stringify({ name: 'tickets', 'dist-tags': { latest: '1.0.0' }, versions, ...fake.packument }));
  });
  const under = await openNpm({ registries: [{ url: server.url, token: 'the-token' }], ...given });
  open.push(under);
  const install = async (wish = 'tickets') => under.source.fetch(await under.source.resolve(wish, signal), { signal });
  return { ...under, server, asked, install };
}

/** What it is refused with; and nothing was stored. */
async function refusal(fake: Fake, given: Partial<NpmUnderTest> = {}): Promise<unknown> {
  const under = await registryWith(fake, given);
  const code = await codeOf(under.install());
  expect(await under.store.list()).toEqual([]);
  return code;
}

const answering =
  (status: number, headers: Record<string, string> = {}, body = '') =>
  (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, headers).end(body);
    return true;
  };

test.each([
  [401, 'PLUGIN_REGISTRY_REFUSED'],
  [403, 'PLUGIN_REGISTRY_REFUSED'],
  [404, 'PLUGIN_SOURCE_NOT_FOUND'],
  [429, 'PLUGIN_REGISTRY_UNREACHABLE'],
  [418, 'PLUGIN_REGISTRY_REPLY_INVALID'],
  [503, 'PLUGIN_REGISTRY_UNREACHABLE'],
])('HTTP %i of a registry is %s', async (status, code) => {
  expect(await refusal({ first: answering(status) })).toBe(code);
});

test('a registry that is down, or too slow, or hangs up, is told as such', async () => {
  await using down = await openNpm({ registries: [{ url: 'http://127.0.0.1:9/' }] });
  expect(await codeOf(down.source.resolve('tickets', signal))).toBe('PLUGIN_REGISTRY_UNREACHABLE');
  expect(await refusal({ first: () => true }, { timeoutMs: 50 })).toBe('PLUGIN_REGISTRY_UNREACHABLE');
  const hangUp = (_request: IncomingMessage, response: ServerResponse) => response.destroy() !== undefined;
  expect(await refusal({ first: hangUp })).toBe('PLUGIN_REGISTRY_UNREACHABLE');
});

test('a sign-in page, an answer about something else, and odd JSON are no answers', async () => {
  for (const body of ['<html>', '[]', '{"name":"other"}', '{"name":"tickets","versions":7}']) {
    expect(await refusal({ first: answering(200, {}, body) })).toBe('PLUGIN_REGISTRY_REPLY_INVALID');
  }
  expect(await refusal({ dist: { tarball: 'file:///etc/passwd' } })).toBe('PLUGIN_REGISTRY_REPLY_INVALID');
});

test('a packument without end is refused', async () => {
  const endless = (_request: IncomingMessage, response: ServerResponse) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(1024 * 1024, ' ')));
    };
    response.on('drain', more);
    more();
    return true;
  };
  expect(await refusal({ first: endless })).toBe('PLUGIN_TOO_LARGE');
});

test('a packument with thousands of versions is read', async () => {
  const old = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`0.${i}.0`, { junk: 'x'.repeat(100) }]));
  const { source } = await registryWith({});
  const bytes = await source.resolve('tickets', signal);
  const under = await registryWith({
    packument: {
      versions: {
        ...old,
        '1.0.0': { version: '1.0.0', dist: { tarball: 'http://x.example/t.tgz', integrity: bytes.integrity } },
      },
    },
  });
  expect(await under.source.resolve('tickets@^1', signal)).toMatchObject({ version: '1.0.0' });
});

test('other bytes than the registry promised are refused before they are unpacked', async () => {
  const tarball = packed(pluginFiles('1.0.0', { 'evil.js': 'x' }));
  expect(await refusal({ tarball })).toBe('PLUGIN_INTEGRITY_MISMATCH');
  expect(await refusal({ tarball: Buffer.from('not even an archive') })).toBe('PLUGIN_INTEGRITY_MISMATCH');
});

test('a version with a sha1 digest only is refused', async () => {
  expect(await refusal({ dist: { integrity: undefined, shasum: 'da39a3ee' } })).toBe('PLUGIN_INTEGRITY_MISSING');
  expect(await refusal({ dist: { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' } })).toBe('PLUGIN_INTEGRITY_MISSING');
});

test('a registry that says something new about a version is found out by the lock', async () => {
  const under = await registryWith({});
  const candidate = await under.source.resolve('tickets', signal);
  const first = await under.source.fetch(candidate, { signal });
  const changed = await registryWith({ files: pluginFiles('1.0.0', { 'evil.js': 'x' }) });
  const again = await changed.source.resolve('tickets', signal);
  const locked = { ...first.entry, capabilities: { digest: 'sha256-' } };
  expect(await codeOf(changed.source.fetch(again, { locked, signal }))).toBe('PLUGIN_INTEGRITY_MISMATCH');
});

test('a locked version that is stored needs no registry', async () => {
  const under = await registryWith({});
  const first = await under.install();
  const locked = { ...first.entry, capabilities: { digest: 'sha256-' } };
  const before = under.asked.length;
  const candidate = { version: '1.0.0', origin: first.entry.origin };
  expect((await under.source.fetch(candidate, { locked, signal })).entry).toEqual(first.entry);
  expect(under.asked.length).toBe(before);
});

test('a manifest that tells another version than the package is refused', async () => {
  expect(await refusal({ files: pluginFiles('1.0.1') })).toBe('PLUGIN_VERSION_MISMATCH');
});

test('a link in a package is refused', async () => {
  const files = pluginFiles('1.0.0', { passwd: { link: '/etc/passwd' } });
  expect(await refusal({ files })).toBe('PLUGIN_FILE_REFUSED');
});

test('a token stays with its registry: neither another host for files nor a redirect learns it', async () => {
  const seen: (string | undefined)[] = [];
  const files = packed(pluginFiles());
  const other = await listen((request, response) => {
    seen.push(request.headers.authorization);
    response.end(files);
  });
  const registries = (url: string) => [
    { url, token: 'the-token' },
    { scope: '@files', url: other.url },
  ];
  const toOther = (request: IncomingMessage, response: ServerResponse) =>
    request.url!.endsWith('.tgz') && answering(302, { location: `${other.url}/t.tgz` })(request, response);
  for (const fake of [{ dist: { tarball: `${other.url}/t.tgz` } }, { first: toOther }]) {
    const { server, asked } = await registryWith(fake);
    await using under = await openNpm({ registries: registries(server.url) });
    await under.source.fetch(await under.source.resolve('tickets', signal), { signal });
    expect(asked.every(({ token }) => token === 'Bearer the-token')).toBe(true);
  }
  expect(seen).toEqual([undefined, undefined]);
});

test('a registry cannot lead the host to an address inside the house', async () => {
  const inside = await listen((_request, response) => void response.end('secret'));
  expect(await refusal({ dist: { tarball: `http://127.0.0.1:${inside.port}/t.tgz` } })).toBe('EGRESS_DENIED');
  expect(await refusal({ dist: { tarball: 'http://169.254.169.254/latest/meta-data' } })).toBe('EGRESS_DENIED');
  const away = answering(302, { location: `http://127.0.0.1:${inside.port}/` });
  expect(await refusal({ first: away })).toBe('EGRESS_DENIED');
});

test('`egress.deny` holds for registries, too', async () => {
  expect(await refusal({}, { denyEgress: ['127.0.0.1'] })).toBe('EGRESS_DENIED');
});

test('requests go through the proxy of the environment, save for what NO_PROXY names', async () => {
  const tunnels: string[] = [];
  const proxy = await listen((request, response) => {
    tunnels.push(request.url!);
    response.writeHead(502).end();
  });
  const registries = [{ url: 'http://npm.corp.example/' }];
  for (const [environment, count] of [
    [{ HTTP_PROXY: proxy.url }, 1],
    [{ HTTP_PROXY: proxy.url, NO_PROXY: 'corp.example' }, 0],
  ] as const) {
    tunnels.length = 0;
    await using under = await openNpm({ registries, environment });
    expect(await codeOf(under.source.resolve('tickets', signal))).toBe('PLUGIN_REGISTRY_UNREACHABLE');
    expect(tunnels.length).toBe(count);
  }
});

test('allow and deny decide before anything is asked', async () => {
  const under = await registryWith({}, { rules: { deny: ['npm:tick*'] } });
  await expect(under.install()).rejects.toMatchObject({ code: 'PLUGIN_PACKAGE_DENIED' });
  const narrow = await registryWith({}, { rules: { allow: ['@acme/*'] } });
  await expect(narrow.install()).rejects.toMatchObject({ code: 'PLUGIN_PACKAGE_DENIED' });
  expect([...under.asked, ...narrow.asked]).toEqual([]);
});

test('a version of unknown age is too young', async () => {
  expect(await refusal({}, { rules: { minimumAgeDays: 3 } })).toBe('PLUGIN_VERSION_TOO_YOUNG');
  const old = await registryWith({ packument: { modified: '2020-01-01T00:00:00Z' } }, { rules: { minimumAgeDays: 3 } });
  expect((await old.install()).artifact.version).toBe('1.0.0');
});

test('a secret that does not exist ends it before the registry is asked', async () => {
  const under = await registryWith({});
  await using without = await openNpm({ registries: [{ url: under.server.url, token: 'secret:NONE' }] });
  await expect(without.source.resolve('tickets', signal)).rejects.toMatchObject({
    code: 'PLUGIN_REGISTRY_TOKEN_MISSING',
  });
  expect(under.asked).toEqual([]);
});

test.each([
  '',
  '../evil',
  '@acme',
  'tickets@',
  'tickets@>=<',
  'Tickets',
  'a/b/c',
  'tickets@file:../x',
])('the wish %j is not one', async (wish) => {
  await using under = await openNpm({ registries: [] });
  expect(await codeOf(under.source.resolve(wish, signal))).toBe('PLUGIN_WISH_INVALID');
});

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const keyRow = {
  keyid: 'SHA256:test',
  keytype: 'ecdsa-sha2-nistp256',
  expires: null as string | null,
  key: pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
};
const integrity = bytesIntegrity(packed(pluginFiles()));
const signatureOf = (text: string) => [
  { keyid: keyRow.keyid, sig: sign('sha256', Buffer.from(text), pair.privateKey).toString('base64') },
];
const signed = signatureOf(`tickets@1.0.0:${integrity}`);
const showing =
  (keys: unknown) =>
  (request: IncomingMessage, response: ServerResponse): boolean =>
    request.url === '/-/npm/v1/keys' &&
    keys !== undefined &&
    answering(200, {}, JSON.stringify(keys))(request, response);

test.each([
  ['verified', signed, { keys: [keyRow] }],
  ['unchecked', signed, undefined],
  ['unchecked', signed, { keys: [{ ...keyRow, keyid: 'another' }] }],
  ['absent', undefined, { keys: [keyRow] }],
] as const)('a signature is %s', async (state, signatures, keys) => {
  const fake = { dist: { signatures }, first: showing(keys) };
  const { install } = await registryWith(fake);
  expect((await install()).entry).toMatchObject({ signature: { state }, provenance: { state: 'absent' } });
  const strict = await registryWith(fake, { rules: { require: { signature: 'required', provenance: 'none' } } });
  const outcome = await codeOf(strict.install().then(({ entry }) => entry.signature.by));
  expect(outcome).toBe(state === 'verified' ? keyRow.keyid : 'PLUGIN_PROOF_REQUIRED');
});

test('a signature for something else, or by a key that had expired, is refused whatever the rules', async () => {
  const none = { rules: { require: { signature: 'none', provenance: 'none' } } } as const;
  const first = showing({ keys: [keyRow] });
  expect(await refusal({ dist: { signatures: signatureOf('tickets@2.0.0:x') }, first }, none)).toBe(
    'PLUGIN_SIGNATURE_BAD',
  );
  const expired = showing({ keys: [{ ...keyRow, expires: '2020-01-01T00:00:00Z' }] });
  const packument = { time: { '1.0.0': '2024-01-01T00:00:00Z' } };
  expect(await refusal({ dist: { signatures: signed }, first: expired, packument }, none)).toBe('PLUGIN_SIGNATURE_BAD');
});

test('provenance that nobody here can check is never taken for checked', async () => {
  const dist = { attestations: { url: 'https://registry.example/-/npm/v1/attestations/tickets@1.0.0' } };
  const { install } = await registryWith({ dist });
  expect((await install()).entry.provenance).toEqual({ state: 'unchecked' });
  const rules = { require: { signature: 'none', provenance: 'required' } } as const;
  expect(await refusal({ dist }, { rules })).toBe('PLUGIN_PROOF_REQUIRED');
});

test('provenance is verified with the trust root of its registry, and the lock tells who built the version', async () => {
  const sigstore = await startSigstore();
  const repository = 'https://git.acme.test/tickets';
  const attestations = await sigstore.attest({ subject: 'pkg:npm/tickets@1.0.0', integrity, repository });
  const home = mkdtempSync(join(tmpdir(), 'trust-root-'));
  writeFileSync(join(home, 'root.json'), sigstore.trustRoot);
  const server = await listen((request, response) => {
    if (request.url === '/-/npm/v1/attestations/tickets@1.0.0') return void response.end(attestations);
    if (request.url!.endsWith('.tgz')) return void response.end(packed(pluginFiles()));
    const dist = { tarball: `${server.url}/tickets.tgz`, integrity, attestations: { url: 'https://elsewhere.test/' } };
    const versions = { '1.0.0': { name: 'tickets', version: '1.0.0', dist } };
    response.end(JSON.stringify({ name: 'tickets', 'dist-tags': { latest: '1.0.0' }, versions }));
  });
  const registries = [
    { url: server.url, trustRoot: join(home, 'root.json'), require: { provenance: 'required' as const } },
  ];
  await using npm = await openNpm({ registries });
  const { entry } = await npm.source.fetch(await npm.source.resolve('tickets', signal), { signal });
  expect(entry.provenance).toEqual({ state: 'verified', by: expect.stringContaining(repository) });
  rmSync(home, { recursive: true });
});
