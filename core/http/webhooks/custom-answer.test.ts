import { expect, test } from 'vitest';
import type { RunRecord } from '../../executor/engine.ts';
import type { WebhookResponse } from '../../workflow/webhook-trigger.ts';
import type { WorkflowDefinition } from '../../workflow/workflow-definition.ts';
import { customAnswer } from './custom-answer.ts';

const definition = { actions: [{ ref: 'a' }, { ref: 'skipped' }], strict: true } as unknown as WorkflowDefinition;
const run = {
  runId: 'r',
  status: 'completed',
  trigger: { name: 'Ada', code: 201 },
  result: { done: true },
  steps: { a: { status: 'completed', attempts: 1, result: 'line\r\nX-Evil: 1' } },
} as unknown as RunRecord;
const answer = (response: WebhookResponse, record = run) => customAnswer(definition, response, record);

test('status, headers and body come from the trigger and the steps; without a body it is the result', () => {
  expect(
    answer({
      status: '${{ TRIGGER.code }}',
      headers: { 'X-Name': '${{ TRIGGER.name }}', 'X-Number': 7, 'X-None': '${{ ACTIONS.skipped.result }}' },
      body: { hello: '${{ TRIGGER.name }}' },
    }),
  ).toEqual({ status: 201, headers: { 'X-Name': 'Ada', 'X-Number': '7' }, body: { hello: 'Ada' } });
  expect(answer({})).toEqual({ status: 200, headers: {}, body: { done: true } });
  expect(answer({ body: '${{ ACTIONS.skipped.result }}' }).body).toBeNull();
});

test('data cannot write headers of its own, nor a status that is none', () => {
  const refused = (response: WebhookResponse, problem: RegExp) => {
    expect(() => answer(response)).toThrow(expect.objectContaining({ code: 'WEBHOOK_RESPONSE_INVALID' }));
    expect(() => answer(response)).toThrow(problem);
  };
  refused({ headers: { 'X-A': '${{ ACTIONS.a.result }}' } }, /header X-A that is not one line/);
  refused({ headers: { 'X-A': '${{ [1] }}' } }, /list or map/);
  refused({ status: '${{ TRIGGER.name }}' }, /status/);
  refused({ status: '${{ TRIGGER.code + 700 }}' }, /status/);
  refused({ body: '${{ TRIGGER.nmae }}' }, /cannot be evaluated/);
});

test('a run that failed has no answer of its own', () => {
  expect(() => answer({ status: 200 }, { ...run, status: 'failed' })).toThrow(/ended as failed/);
});
