import { expect, test } from 'vitest';
import { hostAllowed, readSourceUrl } from './source-url.ts';

test.each([
  ['https://git.example.com/team/repo.git', 'https', 'git.example.com'],
  ['https://GIT.example.com:8443/repo', 'https', 'git.example.com'],
  ['ssh://ada@git.example.com:2222/repo.git', 'ssh', 'git.example.com'],
  ['git@git.example.com:team/repo.git', 'ssh', 'git.example.com'],
  ['git.example.com:team/repo.git', 'ssh', 'git.example.com'],
])('%s may be used', (text, scheme, host) => {
  expect(readSourceUrl(text)).toMatchObject({ scheme, host });
});

test.each([
  ['ext::sh -c touch% /tmp/x', 'spaces'],
  ['ext::sh', 'transport helper'],
  ['fd::17', 'transport helper'],
  ['--upload-pack=evil', 'begin with `-`'],
  ['-oProxyCommand=evil:repo', 'begin with `-`'],
  ['ssh://-oProxyCommand=evil/repo', 'no host that can be used'],
  ['git@-oProxyCommand=evil:repo', 'must be an address'],
  ['git@host:-repo', 'path that begins'],
  ['https://ada:secret@git.example.com/repo', 'credential'],
  ['https://token@git.example.com/repo', 'credential'],
  ['ssh://ada:secret@git.example.com/repo', 'credential'],
  ['http://git.example.com/repo', 'must be https or ssh'],
  ['git://git.example.com/repo', 'must be https or ssh'],
  ['file:///etc', 'must be https or ssh'],
  ['/srv/repo.git', 'must be an address'],
  ['../repo', 'must be an address'],
  ['https://git.example.com/repo?x=1', '`?`'],
  ['https://git.example.com/\nrepo', 'control characters'],
])('%j is refused', (text, problem) => {
  const found = readSourceUrl(text);
  expect(typeof found === 'string' ? found : 'accepted').toContain(problem);
});

test('a list of hosts knows names and everything below a name', () => {
  expect(hostAllowed('git.example.com', ['GIT.example.com'])).toBe(true);
  expect(hostAllowed('a.corp.example', ['*.corp.example'])).toBe(true);
  expect(hostAllowed('corp.example', ['*.corp.example'])).toBe(false);
  expect(hostAllowed('evilcorp.example', ['*.corp.example'])).toBe(false);
});
