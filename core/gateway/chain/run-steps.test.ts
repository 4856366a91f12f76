import { setTimeout as sleep } from 'node:timers/promises';
import type { PolicyReply } from '@backplane/sdk';
import { expect, test } from 'vitest';
import type { Step } from './chain.ts';
import type { PolicyExchange } from './policy-exchange.ts';
import type { PolicyInstance } from './policy-instance.ts';
import { PolicyNotes } from './policy-notes.ts';
import { runSteps } from './run-steps.ts';

const REPLY: PolicyReply = { status: 200 };

/** A policy may think for five milliseconds. */
const exchange = {
  id: 'c-1',
  request: { method: 'GET', rawPath: '/' },
  log: { warn() {} },
  isTimed: false,
  policyLimitMs: 5,
  mayReadBody: false,
  stopWith: () => true,
} as unknown as PolicyExchange;

function slowStep(waits: boolean, answer: () => unknown): Step {
  const instance = { waits, onFailure: 'closed', notes: new PolicyNotes(), use: { id: 'u', policy: 'slow' } };
  return {
    phase: 'rewrite',
    instance: instance as unknown as PolicyInstance,
    buffer: undefined,
    run: () => sleep(30).then(answer) as Promise<PolicyReply>,
  };
}

test('a policy that thinks for too long ends the request', async () => {
  await expect(runSteps(exchange, [slowStep(false, () => REPLY)])).rejects.toMatchObject({
    code: 'GATEWAY_POLICY_TIMEOUT',
  });
});

test('a policy that waits for others does so under limits of its own', async () => {
  expect(await runSteps(exchange, [slowStep(true, () => REPLY)])).toBe(true);
});

test('a policy that waits and fails ends the request like any other', async () => {
  const failing = slowStep(true, () => {
    throw new Error('broken');
  });
  await expect(runSteps(exchange, [failing])).rejects.toMatchObject({ code: 'GATEWAY_POLICY_FAILED' });
});

test.each([
  [42],
  [{ code: 200 }],
  [{ status: 1000 }],
  ['ok'],
  [{ status: '200' }],
])('a policy that gives %j has failed: that is no answer', async (given) => {
  const step = slowStep(true, () => given);
  expect(() => runSteps(exchange, [{ ...step, run: () => given as never }])).toThrow(/The policy slow failed/);
  await expect(runSteps(exchange, [step])).rejects.toMatchObject({ code: 'GATEWAY_POLICY_FAILED' });
  expect(step.instance.notes.verdicts[0]?.because).toContain('which is no answer');
});

test('null lets a request go on, as undefined does', () => {
  expect(runSteps(exchange, [{ ...slowStep(false, () => null), run: () => null as never }])).toBe(false);
});

test('of a request that is timed the whole of a decision counts', async () => {
  const seconds: number[] = [];
  const step = slowStep(true, () => REPLY);
  const notes = new PolicyNotes({ answered() {}, failed() {}, time: (took) => seconds.push(took) });
  await runSteps({ ...exchange, isTimed: true }, [{ ...step, instance: { ...step.instance, notes } }]);
  expect(seconds).toEqual([expect.toSatisfy((took: number) => took > 0.02)]);
});
