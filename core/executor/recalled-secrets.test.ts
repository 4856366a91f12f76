import { describe, expect, test } from 'vitest';
import { raise } from '../errors/catalogue.ts';
import type { SecretSource } from '../registry/runnable-action.ts';
import { silentLog } from '../storage/silent-log.fixture.ts';
import { testAction, testRegistry } from '../workflow/test-registry.fixture.ts';
import { createActionRunner } from './create-action-runner.ts';
import { RunDriver, type TestAction, workflow } from './scheduler/run-driver.fixture.ts';

describe('a run that comes back to memory', () => {
  const KEY = 's3cr3t/key';
  const steps: readonly TestAction[] = [
    { ref: 'first', args: { value: '${{ SECRETS.api.KEY }}' } },
    { ref: 'a', after: ['first'], args: {} },
  ];
  /** The first step has ended before; the second one meets the secret somewhere else. */
  async function second(secretsNow: SecretSource, times = 1) {
    const driver = new RunDriver(workflow(steps));
    driver.start({}, {});
    driver.feed({ type: 'ActionCompleted', at: driver.now, seq: driver.actions()[0]!.seq, result: 1 });
    const action = testAction({ name: 'test.action' }, async () => `found ${KEY}`);
    const runner = createActionRunner({
      registry: testRegistry(action),
      secrets: secretsNow,
      variables: { resolve: () => ({}) },
      log: silentLog,
    });
    const { graph, state } = driver;
    const command = driver.actions().at(-1)!;
    const outcomes = [];
    for (let count = 0; count < times; count++)
      outcomes.push(await runner.run({ graph, state, command, signal: new AbortController().signal }));
    return outcomes;
  }

  test('hides what its earlier steps were handed', async () => {
    expect(await second({ resolve: async () => ({ api: { KEY } }) })).toMatchObject([
      { status: 'completed', result: 'found ***' },
    ]);
  });

  test('asks for it once', async () => {
    let asked = 0;
    const counting: SecretSource = {
      async resolve() {
        asked += 1;
        return { api: { KEY } };
      },
    };
    await second(counting, 2);
    expect(asked).toBe(1);
  });

  test('fails a step rather than letting out what it cannot recall, and asks again with the next attempt', async () => {
    let away = true;
    const source: SecretSource = {
      async resolve() {
        if (!away) return { api: { KEY } };
        away = false;
        throw raise.STORAGE_UNAVAILABLE({ cause: 'it restarts' });
      },
    };
    expect(await second(source, 2)).toMatchObject([
      { status: 'failed', error: { code: 'STORAGE_UNAVAILABLE' } },
      { status: 'completed', result: 'found ***' },
    ]);
  });
});
