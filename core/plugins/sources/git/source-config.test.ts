import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PluginHome } from '../../plugin-home.fixture.ts';
import { readPluginsConfig } from '../../plugins-config.ts';

function read(text: string, environment: NodeJS.ProcessEnv = {}) {
  using home = new PluginHome();
  home.write('plugins.yaml', text);
  return readPluginsConfig(`${home.path}/plugins.yaml`, '/base', environment);
}

function problems(text: string): string {
  try {
    read(text);
  } catch (error) {
    expect((error as { code?: string }).code).toBe('CONFIG_INVALID');
    return (error as Error).message;
  }
  throw new Error('accepted');
}

test('a source is read with its defaults, its files as whole paths and its secrets as references', () => {
  const text = `
sources:
  - id: secops
    git: git@git.corp.example:secops/actions.git
    subdir: plugins/
    auth: { sshKey: "\${env:KEY}", knownHosts: ./known_hosts }
    require: { signedBy: ./allowed_signers }
    sync: { every: 10m, webhook: secret:hooks.secops, promote: auto }
plugins:
  tickets: { use: git:secops/tickets }
`;
  const [source] = read(text, { KEY: 'must not be read here' }).sources;
  expect(source).toMatchObject({
    id: 'secops',
    url: { scheme: 'ssh', host: 'git.corp.example', user: 'git' },
    ref: 'refs/heads/main',
    subdir: 'plugins',
    auth: { sshKey: { from: 'env', name: 'KEY' }, knownHosts: '/base/known_hosts' },
    require: { signedBy: ['/base/allowed_signers'], scope: 'commit' },
    sync: { everyMs: 600_000, webhook: { from: 'secret', name: 'hooks', key: 'secops' }, promote: 'auto' },
  });
  expect(JSON.stringify(source)).not.toContain('must not be read here');
});

test('all that is wrong is told with its place and what was meant', () => {
  const text = problems(`
sources:
  - id: one
    git: https://git.example.com/a.git
    reff: main
    auth: { token: ghp_0123456789 }
  - { id: Two, git: "ext::sh", ref: "-x", sync: { every: soon } }
`);
  expect(text).toMatch(/:5:5: sources\.0\.reff: unknown key, did you mean `ref`\?/);
  expect(text).toMatch(
    /:6:\d+: sources\.0\.auth\.token: expected `secret:<name>\.<key>`, `env:<NAME>` or `file:<path>`, never the secret itself/,
  );
  expect(text).not.toContain('ghp_');
  expect(text).toMatch(/:7:\d+: sources\.1\.id: /);
  expect(text).toMatch(/:7:\d+: sources\.1\.ref: expected a branch, a tag or a commit/);
  expect(text).toMatch(/:7:\d+: sources\.1\.sync\.every: expected a time such as/);
});

test.each([
  ['{ id: a, git: "ssh://git@h.example/x" }', 'needs `sshKey`'],
  ['{ id: a, git: "ssh://git@h.example/x", auth: { sshKey: "env:K" } }', 'needs `knownHosts`'],
  ['{ id: a, git: "https://h.example/x", auth: { sshKey: "env:K" } }', 'is for ssh'],
  ['{ id: a, git: "file:///srv/x" }', 'must be https or ssh'],
  ['{ id: a, git: "https://u:p@h.example/x" }', 'must not hold a credential'],
  ['{ id: a, git: "https://h.example/x", subdir: "../up" }', 'expected a path inside'],
  ['{ id: a, git: "https://h.example/x", require: { scope: tag } }', 'needs `signedBy`'],
  ['{ id: a, git: "https://h.example/x", require: { scope: tag, signedBy: f } }', 'needs a `ref` that is a tag'],
])('%s is refused', (source, problem) => {
  expect(problems(`sources:\n  - ${source}\n`)).toContain(problem);
});

test('hosts beyond the list, ids given twice and sources that are not there are refused', () => {
  const text = problems(`
sourceHosts: ["*.corp.example"]
sources:
  - { id: secops, git: "https://github.com/a/b" }
  - { id: secops, git: "https://git.corp.example/a" }
plugins:
  x: { use: "git:secop/x" }
`);
  expect(text).toMatch(/:4:\d+: sources\.0\.git: the host github\.com is not among `sourceHosts`/);
  expect(text).toMatch(/:5:\d+: sources\.1\.id: `secops` is the id of an earlier source/);
  expect(text).toMatch(/:7:\d+: plugins\.x\.use: there is no source `secop`, did you mean `secops`\?/);
});

test('the example of the reference page is read', () => {
  const page = readFileSync(new URL('../../../../docs/reference/git-sources.md', import.meta.url), 'utf8');
  const [, example] = /```yaml\n([\s\S]+?)```/.exec(page)!;
  expect(read(example!).sources).toMatchObject([
    { id: 'secops', subdir: 'automation', folders: ['plugins', 'actions'], sync: { everyMs: 600_000 } },
  ]);
});
