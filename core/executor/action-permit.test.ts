import { describe, expect, test } from 'vitest';
import { raise } from '../errors/catalogue.ts';
import { silentLog } from '../storage/silent-log.fixture.ts';
import { testAction, testRegistry } from '../workflow/test-registry.fixture.ts';
import type { WorkflowAuthor } from '../workflow/workflow-author.ts';
import type { ActionRunnerOptions } from './action-runner.ts';
import { createActionRunner } from './create-action-runner.ts';
import { RunDriver, workflow } from './scheduler/run-driver.fixture.ts';

describe('who answers for the workflow', () => {
  const author = { kind: 'user', id: 'u1', name: 'ada@example.com', organization: 'o1' } as const;
  const withAuthor = async (permit: NonNullable<ActionRunnerOptions['permit']>, by: WorkflowAuthor | undefined) => {
    let ran = false;
    const action = testAction({ name: 'test.action' }, async () => {
      ran = true;
      return 1;
    });
    const driver = new RunDriver(workflow([{ ref: 'a' }]));
    driver.start({}, {});
    const runner = createActionRunner({
      registry: testRegistry(action),
      secrets: { resolve: async () => ({}) },
      variables: { resolve: () => ({}) },
      log: silentLog,
      permit,
    });
    const graph = by === undefined ? driver.graph : { ...driver.graph, author: by };
    const task = { graph, state: driver.state, command: driver.actions()[0]!, signal: new AbortController().signal };
    return { outcome: await runner.run(task), ran: () => ran };
  };
  const refuse = () => {
    throw raise.ACTION_NOT_ALLOWED({ action: 'test.action', author: author.name, why: 'the role has changed' });
  };

  test('an action that they may not use does not run, and the step fails for good', async () => {
    const { outcome, ran } = await withAuthor(refuse, author);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'ACTION_NOT_ALLOWED', retry: 'after-fix' } });
    expect(ran()).toBe(false);
  });

  test('is told with the whole name of the action, the run and its step', async () => {
    const asked: unknown[] = [];
    const { ran } = await withAuthor(async ({ signal: _, ...wanted }) => void asked.push(wanted), author);
    expect(asked).toEqual([{ author, action: 'test.action', runId: 'run-1', step: 'a' }]);
    expect(ran()).toBe(true);
  });

  test('nobody is asked for a workflow of the host', async () => {
    expect((await withAuthor(refuse, undefined)).outcome).toMatchObject({ status: 'completed' });
  });
});
