import { expect, test } from 'vitest';
import { chain, request, testEngine } from '../engine.fixture.ts';
import type { RerunRequest } from '../engine.ts';
import type { Journal } from '../journal/journal.ts';
import { createMemoryJournal } from '../journal/memory-journal.ts';

/** Asks for a re-run after a restart, with a journal that has lost something. */
async function rerunWithout(lost: Partial<Journal>, asked: RerunRequest): Promise<unknown> {
  const journal = createMemoryJournal();
  const first = await testEngine(journal);
  const { runId } = await first.start(request(chain(2)));
  await first.result(runId);
  await first[Symbol.asyncDispose]();
  await using engine = await testEngine({ ...journal, ...lost }, { handlers: { test: chain(2, { title: 'Newer' }) } });
  return await engine.rerun(runId, asked).then(
    () => 'accepted',
    ({ code, message }) => [code, message],
  );
}

const noDefinition = { definition: async () => undefined };
const noEvents = { events: async () => [] };
const gapped: Partial<Journal> = { events: async () => [{ seq: 2, body: '{}' }] };

test.each<[string, Partial<Journal>, RerunRequest, RegExp]>([
  ['definition', noDefinition, {}, /its definition is not kept/],
  ['definition, which its results go by,', noDefinition, { from: { ref: 's2' }, version: 'latest' }, /missing/],
  ['records', noEvents, {}, /its events are not kept/],
  ['records', noEvents, { from: { ref: 's2' } }, /its events are not kept/],
  ['records, of which some are missing,', gapped, {}, /its records are damaged/],
])('a run whose %s are gone cannot be repeated, and the answer says why', async (_, lost, asked, why) => {
  expect(await rerunWithout(lost, asked)).toEqual(['RUN_RERUN_GONE', expect.stringMatching(why)]);
});

test('a run whose definition is gone can be replayed with the newest one', async () => {
  expect(await rerunWithout(noDefinition, { version: 'latest' })).toBe('accepted');
});
