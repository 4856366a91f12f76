import { describe, expect, test } from 'vitest';
import type { InteractionDefinition } from '../../workflow/workflow-definition.ts';
import { interactionId, runOfInteraction, stepOfInteraction } from './interaction-id.ts';
import type { InteractionAnswer } from './interaction-state.ts';
import { RunDriver, type TestAction, workflow } from './run-driver.fixture.ts';

const approval = (more: Partial<InteractionDefinition> = {}): InteractionDefinition => ({
  type: 'approval',
  requiredApprovers: 1,
  approverGroups: [],
  ...more,
});
const response: InteractionDefinition = { type: 'response', requiredApprovers: 1, approverGroups: [] };

function asking(interaction: InteractionDefinition, more: Partial<TestAction> = {}, rest: readonly TestAction[] = []) {
  const returns =
    '${{ [ACTIONS.ask.result, ACTIONS.ask.interaction, ACTIONS.ask.interaction_id, ACTIONS.ask.interaction_type] }}';
  return new RunDriver(workflow([{ ref: 'ask', interaction, ...more }, ...rest], { returns }));
}

let answers = 0;
function say(run: RunDriver, answer: Partial<InteractionAnswer>, interaction = 'run-1.ask') {
  const id = `answer ${++answers}`;
  const full = { id, approver: 'ana', via: 'api', ...answer } as const;
  return run.feed({ type: 'SignalReceived', at: run.now, interaction, answer: full });
}

describe('a step that asks for a response', () => {
  test('runs its action first, then waits; the answer stands beside the result', () => {
    const run = asking({ ...response, message: 'Which ticket, ${{ ACTIONS.ask.result }}?' });
    run.start();
    expect(run.complete('ask', 'sent')).toEqual([
      {
        type: 'IndexInteraction',
        action: 0,
        ref: 'ask',
        interaction: {
          id: 'run-1.ask',
          type: 'response',
          status: 'open',
          message: 'Which ticket, sent?',
          requiredApprovers: 1,
          approverGroups: [],
          approveIf: false,
          openedAt: run.now,
          decisions: [],
        },
      },
    ]);
    expect(run.step('ask')).toMatchObject({ status: 'waiting', interaction: { status: 'open' } });
    expect(say(run, { data: { ticket: 7 } })).toMatchObject([
      { type: 'IndexInteraction', interaction: { status: 'responded', closedAt: run.now } },
      { type: 'CompleteRun', result: ['sent', { ticket: 7 }, 'run-1.ask', 'response'] },
    ]);
  });

  test('does not take a decision, an answer before it asks, one for another step, nor a second one', () => {
    const run = asking(response, {}, [{ ref: 'next', after: ['ask'] }]);
    run.start();
    expect(say(run, { data: 'early' })).toEqual([]);
    run.complete('ask');
    for (const id of ['run-1.next', 'run-1.ask~1', 'run-2.ask', 'run-1.hosts-0.ask', 'run-1.', 'ask', '__proto__']) {
      expect(say(run, { data: 1 }, id)).toEqual([]);
    }
    expect(say(run, { decision: 'approve' })).toEqual([]);
    expect(say(run, { data: 'first' })).toHaveLength(2);
    expect(say(run, { data: 'second' })).toEqual([]);
    expect(run.step('ask').interaction!.response!.data).toBe('first');
  });

  test('is retried as long as its action fails, under the same id', () => {
    const run = asking(response, { retry: { maxAttempts: 2 } });
    run.start();
    run.fail('ask');
    run.fire();
    run.complete('ask');
    expect(say(run, { data: 1 }).at(-1)).toMatchObject({ type: 'CompleteRun' });
  });

  test('that was skipped asks nobody', () => {
    const run = asking(response, { runIf: false });
    expect(run.start()).toEqual([{ type: 'CompleteRun', result: [null, null, null, null] }]);
  });

  test('asks only once `retry_until` holds', () => {
    const run = asking(response, { retry: { retryUntil: '${{ ACTIONS.ask.result == "ready" }}' } });
    run.start();
    expect(run.complete('ask', 'not yet')).toMatchObject([{ type: 'StartTimer' }]);
    run.fire();
    expect(run.complete('ask', 'ready')).toMatchObject([{ type: 'IndexInteraction' }]);
  });
});

describe('a step that asks for an approval', () => {
  test('goes on once as many people agree as it needs, each counted once', () => {
    const run = asking(approval({ requiredApprovers: 2 }));
    run.start();
    run.complete('ask');
    expect(say(run, { decision: 'approve', comment: 'fine' })).toMatchObject([{ interaction: { status: 'open' } }]);
    expect(say(run, { decision: 'approve', comment: 'still fine' })).toMatchObject([
      { interaction: { status: 'open' } },
    ]);
    expect(say(run, { approver: 'ben', decision: 'approve' })).toMatchObject([
      { interaction: { status: 'approved' } },
      {
        type: 'CompleteRun',
        result: [
          'ask done',
          {
            approved: true,
            status: 'approved',
            decisions: [
              { approver: 'ana', decision: 'approve', counts: true, comment: 'still fine', groups: [], data: null },
              { approver: 'ben', decision: 'approve', counts: true },
            ],
          },
          'run-1.ask',
          'approval',
        ],
      },
    ]);
  });

  test('fails at the first rejection, and tells who and why; an error edge catches it', () => {
    const plain = asking(approval({ requiredApprovers: 2 }));
    plain.start();
    plain.complete('ask');
    say(plain, { decision: 'approve' });
    expect(say(plain, { approver: 'ben', decision: 'reject', comment: 'too dear' }).at(-1)).toMatchObject({
      type: 'FailRun',
      error: {
        code: 'WORKFLOW_INTERACTION_REJECTED',
        message: '`ask` was rejected by ben: too dear.',
        details: { interaction: 'run-1.ask', approver: 'ben', comment: 'too dear', decisions: [{}, {}] },
      },
    });
    const caught = asking(approval(), {}, [{ ref: 'no', after: ['ask.error'] }]);
    caught.start();
    caught.complete('ask');
    expect(say(caught, { decision: 'reject' }).at(-1)).toMatchObject({ type: 'RunAction', action: 1 });
    expect(caught.step('ask')).toMatchObject({ status: 'failed', interaction: { status: 'rejected' } });
  });

  test('counts only people of its groups', () => {
    const run = asking(approval({ approverGroups: ['ops', 'security'] }));
    run.start();
    run.complete('ask');
    expect(say(run, { decision: 'reject' })).toEqual([]);
    expect(say(run, { decision: 'approve', groups: ['sales'] })).toEqual([]);
    expect(say(run, { decision: 'approve', groups: ['sales', 'security'] })).toHaveLength(2);
  });

  test('hears whoever may speak once only the first time, and an answer that comes twice once', () => {
    const run = asking(approval({ requiredApprovers: 2 }));
    run.start();
    run.complete('ask');
    expect(say(run, { id: 'x', decision: 'approve', once: true })).toHaveLength(1);
    expect(say(run, { id: 'x', decision: 'approve' })).toEqual([]);
    expect(say(run, { decision: 'reject', once: true })).toEqual([]);
    expect(run.step('ask').interaction!.decisions).toHaveLength(1);
  });

  test('without `approve_if` needs a plain yes or no', () => {
    const run = asking(approval());
    run.start();
    run.complete('ask');
    expect(say(run, { data: 'maybe' })).toEqual([]);
  });
});

describe('`approve_if`', () => {
  const run = (approveIf: string) => {
    const driver = asking(approval({ approveIf }));
    driver.start({ limit: 100 });
    driver.complete('ask', 80);
    return driver;
  };

  test('decides between yes and no where the answer says neither', () => {
    const expression = '${{ interaction.data.amount <= TRIGGER.limit && ACTIONS.ask.result == 80 }}';
    expect(say(run(expression), { data: { amount: 99 } }).at(-1)).toMatchObject({ type: 'CompleteRun' });
    expect(say(run(expression), { data: { amount: 101 } }).at(-1)).toMatchObject({
      type: 'FailRun',
      error: { code: 'WORKFLOW_INTERACTION_REJECTED' },
    });
  });

  test('keeps a yes from counting, and never turns a no into a yes', () => {
    const only = run('${{ interaction.approver == "ben" }}');
    expect(say(only, { decision: 'approve' })).toMatchObject([
      { interaction: { status: 'open', decisions: [{ approver: 'ana', decision: 'approve', counts: false }] } },
    ]);
    expect(say(only, { approver: 'ben', decision: 'reject' }).at(-1)).toMatchObject({ type: 'FailRun' });
  });

  test('sees the whole answer, also as FN.get_interaction()', () => {
    const all = run(
      '${{ interaction.via == "link" && interaction.groups[0] == "ops" && FN.get_interaction()["comment"] == "ok" }}',
    );
    expect(say(all, { via: 'link', groups: ['ops'], comment: 'ok', data: 1 }).at(-1)).toMatchObject({
      type: 'CompleteRun',
    });
  });

  test('that cannot be evaluated fails the step', () => {
    expect(say(run('${{ int(interaction.data) > 1 }}'), { data: 'x' }).at(-1)).toMatchObject({ type: 'FailRun' });
  });
});

describe('the time limit of an interaction', () => {
  test('is a timer that begins when the step asks; when it fires the step fails, and an error edge catches it', () => {
    const run = asking(approval({ timeout: 90, requiredApprovers: 2 }), {}, [{ ref: 'late', after: ['ask.error'] }]);
    run.start();
    run.now += 5_000;
    run.complete('ask');
    expect(run.timers()).toMatchObject([{ fireAt: run.now + 90_000 }]);
    expect(run.step('ask').interaction!.deadline).toBe(run.now + 90_000);
    say(run, { decision: 'approve' });
    expect(run.fire()).toMatchObject([
      { type: 'IndexInteraction', interaction: { status: 'timed-out' } },
      { type: 'RunAction', action: 1 },
    ]);
    expect(run.step('ask').error).toMatchObject({
      code: 'WORKFLOW_INTERACTION_TIMEOUT',
      details: { interaction: 'run-1.ask', decisions: [{ approver: 'ana' }] },
    });
    expect(say(run, { approver: 'ben', decision: 'approve' })).toEqual([]);
  });

  test('is taken away with the answer', () => {
    const run = asking({ ...response, timeout: 90 });
    run.start();
    run.complete('ask');
    const timer = run.timers()[0]!.seq;
    expect(say(run, { data: 1 })).toContainEqual({ type: 'CancelAction', seq: timer });
    expect(run.feed({ type: 'TimerFired', at: run.now, seq: timer })).toEqual([]);
  });
});

describe('in streams and loops', () => {
  test('every stream asks for itself; one that is given up does not ask any more', () => {
    const run = new RunDriver(
      workflow([
        { ref: 'hosts', action: 'core.transform.scatter', args: { collection: [1, 2] } },
        { ref: 'ask', after: ['hosts'], interaction: { ...approval(), timeout: 60 } },
        { ref: 'other', after: ['hosts'] },
        {
          ref: 'all',
          action: 'core.transform.gather',
          args: { items: '${{ ACTIONS.ask.interaction.approved }}' },
          after: ['ask', 'other'],
        },
      ]),
    );
    run.start();
    run.completeIn('hosts:0', 'ask');
    run.completeIn('hosts:1', 'ask');
    run.completeIn('hosts:1', 'other');
    expect(run.failIn('hosts:0', 'other')).toContainEqual(
      expect.objectContaining({ stream: 'hosts:0', interaction: expect.objectContaining({ status: 'cancelled' }) }),
    );
    expect(say(run, { decision: 'approve' }, 'run-1.hosts-0.ask')).toEqual([]);
    say(run, { decision: 'approve' }, 'run-1.hosts-1.ask');
    expect(run.state).toMatchObject({ status: 'completed', pending: {} });
    expect(run.step('all').result).toEqual([true]);
  });

  test('every pass of a loop asks anew', () => {
    const run = new RunDriver(
      workflow([
        { ref: 'start', action: 'core.loop.start' },
        { ref: 'ask', after: ['start'], interaction: response },
        {
          ref: 'end',
          action: 'core.loop.end',
          after: ['ask'],
          args: { condition: '${{ ACTIONS.ask.interaction != "stop" }}' },
        },
      ]),
    );
    run.start();
    run.complete('ask');
    expect(say(run, { data: 'go' }).at(-1)).toMatchObject({ type: 'RunAction' });
    expect(say(run, { data: 'stop' })).toEqual([]);
    run.complete('ask');
    expect(say(run, { data: 'stop' }, 'run-1.ask~1').at(-1)).toMatchObject({ type: 'CompleteRun' });
  });
});

test('an id tells its run and its step, whatever stream and pass it stands in', () => {
  for (const [step, pass] of [
    ['ask', undefined],
    ['ask', 2],
    ['hosts@1:3/ports:0/a_1', 4],
  ] as const) {
    const id = interactionId('0190-ab', { step, pass });
    expect(encodeURIComponent(id)).toBe(id);
    expect(runOfInteraction(id)).toBe('0190-ab');
    const stream = step.includes('/') ? step.slice(0, step.lastIndexOf('/')) : undefined;
    expect(stepOfInteraction('0190-ab', id)).toEqual({ ref: step.slice(step.lastIndexOf('/') + 1), stream });
  }
});
