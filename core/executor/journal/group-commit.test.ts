import { expect, test } from 'vitest';
import { type Batch, DEFAULT_LIMITS, GroupCommit } from './group-commit.ts';

const write = (runId: string, size = 1) => ({ runId, event: { seq: 1, body: 'x'.repeat(size) } });

/** A store whose commits end when the test says so. */
function store(limits = {}) {
  const commits: { readonly runs: readonly string[]; readonly done: () => void }[] = [];
  const group = new GroupCommit(
    ({ entries }: Batch) =>
      new Promise((done) =>
        commits.push({ runs: entries.flatMap(({ writes }) => writes.map(({ runId }) => runId)), done }),
      ),
    { ...DEFAULT_LIMITS, ...limits },
  );
  const committed = async (count: number) => expect.poll(() => commits.length, { interval: 1 }).toBe(count);
  return { group, commits, committed };
}

test('what arrives together, and what arrives while a commit is in flight, shares one commit', async () => {
  const { group, commits, committed } = store();
  const first = [group.append([write('a')], false), group.append([write('b')], false)];
  await committed(1);
  const later = ['c', 'd', 'e'].map((run) => group.append([write(run)], false));
  expect(group.queued).toBe(5);
  commits[0]!.done();
  await Promise.all(first);
  await committed(2);
  expect(commits.map(({ runs }) => runs)).toEqual([
    ['a', 'b'],
    ['c', 'd', 'e'],
  ]);
  commits[1]!.done();
  await Promise.all(later);
  expect(group.queued).toBe(0);
});

test('many waiting writes do not wait to become more', () => {
  const { group, commits } = store({ eagerWrites: 3 });
  for (const run of ['a', 'b', 'c', 'd']) void group.append([write(run)], false);
  expect(commits.map(({ runs }) => runs)).toEqual([['a', 'b', 'c']]);
});

test('a commit is bounded, but never splits what was appended as one', async () => {
  const { group, commits, committed } = store({ batchWrites: 3, batchSize: 10 });
  void group.append([write('a'), write('b')], false);
  void group.append([write('c'), write('d')], false);
  void group.append([write('big', 50)], false);
  for (let i = 0; i < 3; i++) {
    await committed(i + 1);
    commits[i]!.done();
  }
  expect(commits.map(({ runs }) => runs)).toEqual([['a', 'b'], ['c', 'd'], ['big']]);
  await group.idle();
});

test('is full when too many writes or characters wait', () => {
  const many = store({ fullWrites: 1 }).group;
  void many.append([write('a'), write('b')], false);
  expect(many.full).toBe(true);
  const large = store({ fullSize: 10 }).group;
  void large.append([write('a', 11)], false);
  expect(large.full).toBe(true);
});

test('idle resolves when everything has been committed, at once when nothing waits', async () => {
  const { group, commits, committed } = store();
  await group.idle();
  void group.append([write('a')], false);
  let idle = false;
  const waiting = group.idle().then(() => (idle = true));
  await committed(1);
  expect(idle).toBe(false);
  commits[0]!.done();
  await waiting;
});
