import { expect, test } from 'vitest';
import { silent } from '../../network/local-server.fixture.ts';
import { lockEntry } from '../lock/lock-entry.fixture.ts';
import { EMPTY_LOCK } from '../lock/lock-file.ts';
import { PluginHome } from '../plugin-home.fixture.ts';
import type { AppliedChange, ApplyRequest } from '../plugin-host.ts';
import { readPluginsConfig } from '../plugins-config.ts';
import type { GitSourceStatus, GitSources, SourceMove } from '../sources/git/git-sources.ts';
import { createSourceOperations } from './create-source-operations.ts';

const NEW = 'b'.repeat(40);
const MOVE: SourceMove = { at: '2026-11-21T10:00:00.000Z', by: 'ada', action: 'promote', commit: NEW };
const FILE = `sources: [{ id: acme, git: https://git.test/acme.git }]
plugins:
  acme: { use: "git:acme" }
  one: { use: "git:acme/one" }
  off: { use: "git:acme/off", enabled: false }
  other: { use: "folder:other" }
`;

const commit = (text: string) => ({ commit: text, subject: 'Change', committedAt: MOVE.at });

function workbench(file = FILE, unfollowed?: SourceMove) {
  using home = new PluginHome().write('plugins.yaml', file);
  const config = readPluginsConfig(`${home.path}/plugins.yaml`, '/base', {});
  const asked: ApplyRequest[] = [];
  const followed: SourceMove[] = [];
  const status = { id: 'acme', current: commit(NEW), moves: [MOVE], ...(unfollowed && { unfollowed }) };
  const git = {
    list: async () => [status],
    followed: async (_id: string, move: SourceMove) => void followed.push(move),
    promote: async () => {
      operations.follow('acme', MOVE);
      return status as unknown as GitSourceStatus;
    },
  };
  const row = (id: string, at: string) => {
    const origin = { from: 'git', source: 'acme', url: 'https://git.test/acme.git', commit: at, path: '' } as const;
    return { current: '1.0.0', versions: [lockEntry(id, '1.0.0', { origin })] };
  };
  const lock = { ...EMPTY_LOCK, plugins: { acme: row('acme', NEW), one: row('one', 'a'.repeat(40)) } };
  const operations = createSourceOperations({
    sources: async () => git as unknown as GitSources,
    readConfig: () => config,
    plugins: {
      lock: () => lock,
      records: () => [],
      async apply(request) {
        asked.push(request);
        return [{ id: 'one', kind: 'upgrade', reason: '', outcome: 'done' } satisfies AppliedChange];
      },
    },
    events: async () => [],
    log: silent,
  });
  return { operations, asked, followed };
}

test('a promotion asks for newer versions of exactly the plugins that come from the source', async () => {
  const { operations, asked, followed } = workbench();
  expect(await operations.promote('acme', { by: 'ada' })).toMatchObject({ applied: true, changes: [{ id: 'one' }] });
  expect(asked).toEqual([{ by: 'ada', only: ['acme', 'one'], upgrade: ['acme', 'one'] }]);
  expect(followed).toEqual([MOVE]);
});

test('`apply: manual` moves the pointer and leaves the plugins to a person', async () => {
  const { operations, asked } = workbench(`apply: manual\n${FILE}`);
  expect(await operations.promote('acme', { by: 'ada' })).toMatchObject({ applied: false, changes: [] });
  expect(asked).toEqual([]);
});

test('each plugin tells whether it runs from the commit in use', async () => {
  const [acme] = await workbench().operations.list();
  expect(acme!.plugins.map(({ id, state }) => `${id} ${state}`)).toEqual(['acme current', 'one behind', 'off off']);
});

test('a move that a host began and did not end is made up for', async () => {
  const { operations, asked } = workbench(FILE, MOVE);
  await operations.catchUp();
  await operations.settled();
  expect(asked).toMatchObject([{ by: 'ada', only: ['acme', 'one'] }]);
  const idle = workbench();
  await idle.operations.catchUp();
  expect(idle.asked).toEqual([]);
});
