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

function slowStep(waits: boolean, answer: () => PolicyReply): Step {
  const instance = { waits, onFailure: 'closed', notes: new PolicyNotes(), use: { id: 'u', policy: 'slow' } };
  return {
    phase: 'rewrite',
    instance: instance as unknown as PolicyInstance,
    buffer: undefined,
    run: () => sleep(30).then(answer),
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
