import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backplane } from '../core/cli/backplane.fixture.ts';
import { pem } from '../core/network/local-server.fixture.ts';
import { pluginCode } from '../core/plugins/plugin-home.fixture.ts';
import { type Fault, gitOverHttps } from '../core/plugins/sources/git/git-servers.fixture.ts';
import { GitWorkshop, manifest, template } from '../core/plugins/sources/git/git-workshop.fixture.ts';
import { HostHome, type HostProcess } from './host-process.fixture.ts';

const PATIENCE = { timeout: 20_000 };
const ENV = { GIT_PASSWORD: 'letmein', GIT_HOOK: 'hush' };

const pluginsYaml = (url: string) => `sources:
  - id: secops
    git: ${url}/repo.git
    ca: ./ca.pem
    auth: { basic: { user: ada, password: "env:GIT_PASSWORD" } }
    require: { signedBy: ./allowed_signers }
    sync: { webhook: "env:GIT_HOOK" }
`;

const saying = (text: string) => template('say').replace('${{ inputs.text }}', `${text} \${{ inputs.text }}`);

function commandLine(place: HostHome, host: HostProcess) {
  const toHost = ['--url', host.note.url, '--data', place.data];
  const toFiles = ['--config', join(place.path, 'config'), '--data', place.data];
  return async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await backplane([...args, ...(args[0] === 'plugin' ? toFiles : toHost)]);
    if (process.env['SHOW'] !== undefined) console.log(`$ backplane ${args.join(' ')}\n${stdout}${stderr}`);
    return { code, stdout, stderr };
  };
}

test('an enterprise keeps its actions in Git: bring, look, promote, run, refuse, go back', async () => {
  await using shop = new GitWorkshop();
  const repo = shop.repository();
  const ada = shop.sshKey('ada');
  const signed = ['-c', 'gpg.format=ssh', '-c', `user.signingKey=${ada.file}`, '-c', 'commit.gpgSign=true'];
  let fault: Fault = () => 'go on';
  await using server = await gitOverHttps(shop, (...given) => fault(...given));
  await using place = new HostHome({
    'ca.pem': pem('ca.pem'),
    allowed_signers: `ada@example.com ${ada.publicKey}\n`,
    'config/plugins.yaml': 'plugins: {}\n',
  });
  let host = await place.start({ env: ENV });
  let cli = commandLine(place, host);
  expect((await host.api('GET', '/sources')).body).toEqual({ items: [] });

  // The file is followed while the host runs.
  place.write('config/plugins.yaml', pluginsYaml(server.url));
  expect((await cli('source', 'list')).stdout).toMatch(/^secops +empty +- +never synced +no plugins$/m);
  const first = repo.commit({ 'actions/say.yaml': saying('hello') }, ...signed);
  expect(await cli('source', 'sync', 'secops')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`${first.slice(0, 12)} waits (1 added, 1 file)`),
  });
  expect((await cli('source', 'diff', 'secops')).stdout).toContain('+ action tools.acme.say');
  expect((await cli('source', 'promote', 'secops', '--by', 'grace')).stdout).toContain('No plugin comes from it yet');
  expect((await cli('source', 'show', 'secops')).stdout).toMatch(
    /signed by ada@example.com \(SHA256:.*backplane plugin add git:secops --id secops.*promote .* by grace/s,
  );
  // Whether the command or the watching host was faster, it is there when the command ends.
  expect((await cli('plugin', 'add', 'git:secops', '--id', 'secops')).code).toBe(0);

  await host.store('greet', workflow('tools.acme.say'));
  const greet = async () => (await host.api('POST', '/workflows/greet/runs?wait=result', {})).body;
  expect(await greet()).toBe('hello world');
  expect((await host.api('GET', '/actions/tools.acme.say')).body).toMatchObject({
    kind: 'template',
    source: { use: 'git:secops', commit: first, file: 'actions/say.yaml' },
  });

  // A new commit moves everything that comes from the source, each plugin by itself.
  const asking = { version: '1.0.0', tier: 'process', capabilities: { network: { why: 'reads tickets' } } };
  const second = repo.commit(
    {
      'actions/say.yaml': saying('good evening'),
      'tickets/plugin.json': manifest('tickets', asking),
      'tickets/index.ts': pluginCode('tickets'),
    },
    ...signed,
  );
  const sync = () => host.api('POST', '/sources/secops/sync');
  expect((await sync()).body).toMatchObject({
    applied: true,
    changes: [],
    source: { state: 'waiting', why: 'manual' },
  });
  expect((await host.api('GET', `/sources/secops/diff?to=${second}`)).body).toMatchObject({ capabilities: 'wider' });
  expect(await cli('source', 'promote', 'secops', second.slice(0, 8))).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('done'),
  });
  expect(await greet()).toBe('good evening world');
  await cli('plugin', 'add', 'git:secops/tickets', '--id', 'tickets');
  const stateOf = async (id: string) => {
    const { plugins } = (await host.api('GET', '/sources/secops')).body;
    return plugins.find((plugin: { id: string }) => plugin.id === id)?.state;
  };
  await expect.poll(() => stateOf('tickets'), PATIENCE).toBe('waiting');
  await host.api('POST', '/plugins/tickets/approve', { by: 'grace' });
  expect((await host.api('POST', '/actions/tools.tickets.act/run', { input: {} })).body).toEqual({ result: 'done' });

  // What breaks a rule is refused with its place, and what is in use serves on.
  repo.commit(
    { 'actions/say.yaml': saying('x').replace('core.transform.reshape', 'core.transform.reshap') },
    ...signed,
  );
  expect(await cli('source', 'sync', 'secops')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/GIT_COMMIT_FAULTY: actions\/say\.yaml:9:\d+: .*\n.*did you mean/),
  });
  repo.commit({ 'actions/say.yaml': saying('evil') });
  expect((await sync()).body.code).toBe('GIT_COMMIT_UNSIGNED');
  expect((await cli('source', 'list')).stdout).toMatch(/^secops +refused .* GIT_COMMIT_UNSIGNED/m);
  expect(await greet()).toBe('good evening world');

  // Code that does not load leaves the code before serving.
  repo.commit({ 'actions/say.yaml': saying('third'), 'tickets/index.ts': 'throw new Error("oh no");' }, ...signed);
  await sync();
  expect(await cli('source', 'promote', 'secops')).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/secops .* done\n +tickets .* the version before goes on/),
  });
  expect(await greet()).toBe('third world');
  expect((await host.api('POST', '/actions/tools.tickets.act/run', { input: {} })).body).toEqual({ result: 'done' });
  expect((await cli('source', 'rollback', 'secops', '--by', 'grace')).stdout).toContain(
    `secops is at ${second.slice(0, 12)}`,
  );
  expect(await greet()).toBe('good evening world');
  const shown = (await host.api('GET', '/sources/secops')).body;
  expect(shown.plugins).toMatchObject([
    { id: 'secops', state: 'current', commit: second },
    { id: 'tickets', state: 'current', commit: second },
  ]);
  await expect
    .poll(
      async () =>
        (await host.api('GET', '/sources/secops')).body.events.map(
          (row: Record<string, string>) => `${row['action']} ${row['by'] ?? row['code']}`,
        ),
      PATIENCE,
    )
    .toEqual([
      'rollback grace',
      `promote ${shown.events[1].by}`,
      'refuse GIT_COMMIT_UNSIGNED',
      'refuse GIT_COMMIT_FAULTY',
      `promote ${shown.events[1].by}`,
      'promote grace',
    ]);

  // The Git server tells of a push.
  const call = (body: string, secret = 'hush') => {
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    return fetch(`${host.note.url}/api/sources/secops/webhook`, {
      method: 'POST',
      body,
      headers: { 'x-hub-signature-256': `sha256=${signature}` },
    });
  };
  const fourth = repo.commit({ 'actions/say.yaml': saying('fourth') }, ...signed);
  expect((await call('{"after":"x"}', 'wrong')).status).toBe(401);
  expect((await fetch(`${host.note.url}/api/sources/secops/webhook`, { method: 'POST', body: '{}' })).status).toBe(401);
  expect((await call(`{"after":"${fourth}"}`)).status).toBe(202);
  expect((await call(`{"after":"${fourth}"}`)).status).toBe(409);
  await expect
    .poll(async () => (await host.api('GET', '/sources/secops')).body.candidate.commit, PATIENCE)
    .toBe(fourth);

  // A host that is killed in the middle of a sync finds everything as it was.
  const fifth = repo.commit({ 'actions/say.yaml': saying('fifth'), 'big.txt': 'x'.repeat(100_000) }, ...signed);
  const held = Promise.withResolvers<void>();
  fault = () => {
    held.resolve();
    return 'hold';
  };
  const syncing = host.api('POST', '/sources/secops/sync').catch(() => undefined);
  await held.promise;
  await host.stop('SIGKILL');
  await syncing;
  fault = () => 'go on';
  host = await place.start({ env: ENV });
  cli = commandLine(place, host);
  expect(await greet()).toBe('good evening world');
  expect((await host.api('GET', '/sources/secops')).body).toMatchObject({
    current: { commit: second },
    candidate: { commit: fourth },
  });
  expect((await cli('source', 'sync', 'secops')).stdout).toContain(`${fifth.slice(0, 12)} waits`);
  expect(readdirSync(join(place.data, 'sources', '.work'))).toEqual([]);
  expect(readdirSync(join(place.data, 'sources', 'secops', 'commits')).filter((name) => name.startsWith('.'))).toEqual(
    [],
  );
  const everything = [
    host.stderr,
    host.stdout,
    readFileSync(join(place.data, 'sources/secops/state.json'), 'utf8'),
  ].join('');
  expect(everything).not.toMatch(/letmein|hush/);
}, 180_000);

function workflow(action: string): string {
  return `definition:
  title: Greet
  entrypoint: { ref: say }
  actions:
    - { ref: say, action: ${action}, args: { text: world } }
  returns: \${{ ACTIONS.say.result }}
`;
}
