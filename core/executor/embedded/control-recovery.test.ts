import { parseJson } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { gate, request, type TestEngineOptions, type TestWork, testEngine } from '../engine.fixture.ts';
import type { Engine, RunStatus } from '../engine.ts';
import { ECHO } from '../engine-subflow.contract.ts';
import type { Journal, JournalWrite } from '../journal/journal.ts';
import { createMemoryJournal } from '../journal/memory-journal.ts';
import { workflow } from '../scheduler/run-driver.fixture.ts';

/** Obeys when it is asked to stop; otherwise takes until `opened`. */
const obedient =
  (opened: Promise<void>): TestWork =>
  ({ args, signal }) =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      void opened.then(() => resolve(args['value']));
    });
const handlers = { echo: ECHO };
const options: TestEngineOptions = { handlers, limits: { shutdownMs: 1, cancelGraceMs: 20 } };
const call = { action: 'core.workflow.execute', args: { workflow: 'echo', wait_strategy: 'wait', trigger_inputs: 1 } };
const definition = workflow([{ ref: 'a' }, { ref: 'b', ...call }, { ref: 'c', after: ['b'] }]);

type Scenario = (engine: Engine, runId: string, go: () => void) => Promise<void>;

const childIsThere = (engine: Engine) =>
  expect.poll(async () => (await engine.list({ workflow: 'echo', limit: 1 })).items.length).toBe(1);

const pauseAndGoOn: Scenario = async (engine, runId, go) => {
  await childIsThere(engine);
  await engine.pause(runId, 'look');
  go();
  await engine.resume(runId);
};
const cancelWithChild: Scenario = async (engine, runId) => {
  await childIsThere(engine);
  await engine.cancel(runId, 'enough');
};
const terminateWithChild: Scenario = async (engine, runId) => {
  await childIsThere(engine);
  await engine.terminate(runId, 'now');
};

test.each<[string, Scenario, RunStatus]>([
  ['paused and resumed', pauseAndGoOn, 'completed'],
  ['cancelled', cancelWithChild, 'cancelled'],
  ['terminated', terminateWithChild, 'cancelled'],
])('after a crash at any record of a run that was %s, it goes on to an end that its records allow', async (_, play, end) => {
  const commits: (readonly JournalWrite[])[] = [];
  const inner = createMemoryJournal();
  const append: Journal['append'] = (writes) => {
    commits.push(writes);
    return inner.append(writes);
  };
  const { opened, open } = gate();
  const engine = await testEngine({ ...inner, append }, { ...options, work: obedient(opened) });
  const { runId } = await engine.start(request(definition));
  await play(engine, runId, open);
  expect(await engine.result(runId)).toMatchObject({ status: end });
  await engine[Symbol.asyncDispose]();
  for (let cut = 1; cut <= commits.length; cut++) {
    const journal = createMemoryJournal();
    for (const writes of commits.slice(0, cut)) await journal.append(writes);
    const kept = (await journal.events(runId, 0, 100)).map(({ body }) => (parseJson(body) as { type: string }).type);
    await using again = await testEngine(journal, { ...options, work: obedient(Promise.resolve()) });
    if ((await again.get(runId))!.paused !== undefined) await again.resume(runId);
    const asked = kept.some((type) => /Cancel|Terminate/.test(type));
    const record = await again.result(runId);
    expect([cut, record.status]).toEqual([cut, asked ? 'cancelled' : 'completed']);
    for (const { runId: child, parentRunId } of (await again.list({ workflow: 'echo', limit: 9 })).items) {
      expect(parentRunId).toBe(runId);
      // A child that was quick may have ended before its recovered parent could stop it.
      expect(['completed', record.status]).toContain((await again.result(child)).status);
    }
    await expect.poll(async () => journal.unfinished()).toEqual([]);
  }
});
