import { describe, expect, test } from 'vitest';
import { request, TestClock } from './engine.fixture.ts';
import type { Engine } from './engine.ts';
import { engineHarness } from './engine-harness.fixture.ts';
import type { Journal } from './journal/journal.ts';
import type { InteractionAnswer } from './scheduler/interaction-state.ts';
import { type TestAction, workflow } from './scheduler/run-driver.fixture.ts';

const approval = { type: 'approval', requiredApprovers: 1, approverGroups: [] } as const;
const response = { type: 'response', requiredApprovers: 1, approverGroups: [] } as const;
const asking = (interaction: TestAction['interaction'], more: Partial<TestAction> = {}) =>
  workflow([{ ref: 'ask', args: { value: 'sent' }, interaction: interaction!, ...more }], {
    returns: '${{ [ACTIONS.ask.result, ACTIONS.ask.interaction] }}',
  });
let answers = 0;
const saying = (more: Partial<InteractionAnswer> = {}): InteractionAnswer => {
  return { id: `answer ${++answers}`, approver: 'ana', via: 'api', ...more };
};

/** How steps ask people on every engine, whatever keeps its journal. `open` gives the same store again after a restart. */
export function engineInteractionContract(open: () => Promise<Journal>): void {
  const { start, stop } = engineHarness(open);
  const asked = async (engine: Engine, definition: ReturnType<typeof asking>) => {
    const { runId } = await engine.start(request(definition, { workflow: `asks ${crypto.randomUUID()}` }));
    const id = `${runId}.ask`;
    await expect.poll(() => engine.interaction(id)).toMatchObject({ status: 'open' });
    return { runId, id };
  };

  describe('a step that asks', () => {
    test('is listed while it waits, shows in the record of the run, and goes on with the answer', async () => {
      const engine = await start();
      const { runId, id } = await asked(
        engine,
        asking({ ...response, message: 'Ü \0 ${{ ACTIONS.ask.result }}', timeout: 60 }),
      );
      const { workflow: name } = (await engine.get(runId))!;
      const { items } = await engine.interactions({ workflow: name, status: 'open', limit: 10 });
      expect(items).toEqual([
        {
          id,
          runId,
          workflow: name,
          ref: 'ask',
          type: 'response',
          status: 'open',
          message: 'Ü \0 sent',
          requiredApprovers: 1,
          approverGroups: [],
          openedAt: expect.any(String),
          deadline: expect.any(String),
          decisions: [],
        },
      ]);
      expect(Date.parse(items[0]!.deadline!) - Date.parse(items[0]!.openedAt)).toBe(60_000);
      expect((await engine.get(runId))!.steps['ask']).toMatchObject({
        status: 'waiting',
        interaction: { id, status: 'open' },
      });
      expect(await engine.answer(id, saying({ data: { ticket: 7 } }))).toMatchObject({
        status: 'responded',
        response: { ticket: 7 },
        respondent: 'ana',
      });
      expect(await engine.result(runId)).toMatchObject({ status: 'completed', result: ['sent', { ticket: 7 }] });
      expect(await engine.interactions({ workflow: name, status: 'open', limit: 10 })).toEqual({ items: [] });
      expect((await engine.interactions({ workflow: name, status: 'closed', limit: 10 })).items).toHaveLength(1);
    });

    test('waits through a restart, with the decisions so far and its time limit', async () => {
      const clock = new TestClock();
      const first = await start({ clock });
      const { runId, id } = await asked(first, asking({ ...approval, requiredApprovers: 2, timeout: 3600 }));
      await first.answer(id, saying({ decision: 'approve' }));
      await stop(first);
      const second = await start({ clock });
      expect(await second.interaction(id)).toMatchObject({ status: 'open', decisions: [{ approver: 'ana' }] });
      await second.answer(id, saying({ approver: 'ben', decision: 'approve' }));
      expect(await second.result(runId)).toMatchObject({ status: 'completed' });

      const other = await asked(second, asking({ ...approval, timeout: 3600 }));
      await stop(second);
      clock.advance(3_600_000);
      const third = await start({ clock });
      const fired = () => {
        clock.advance(0);
        return third.get(other.runId);
      };
      await expect.poll(fired).toMatchObject({
        status: 'failed',
        error: { code: 'WORKFLOW_INTERACTION_TIMEOUT', details: { interaction: other.id } },
      });
      await expect(third.answer(other.id, saying({ decision: 'approve' }))).rejects.toMatchObject({
        code: 'INTERACTION_CLOSED',
        message: expect.stringContaining('timed-out'),
      });
    });

    test('takes one of many answers that come at once; the others are told', async () => {
      const engine = await start();
      const { runId, id } = await asked(engine, asking(response));
      const results = await Promise.allSettled(
        Array.from({ length: 8 }, (_, data) => engine.answer(id, saying({ data }))),
      );
      const taken = results.filter(({ status }) => status === 'fulfilled');
      expect(taken).toHaveLength(1);
      for (const result of results) {
        if (result.status === 'rejected')
          expect(result.reason).toMatchObject({ code: 'INTERACTION_CLOSED', facts: { status: 409 } });
      }
      const winner = results.findIndex(({ status }) => status === 'fulfilled');
      expect(await engine.result(runId)).toMatchObject({ result: ['sent', winner] });
    });

    test('says why an answer does not count, and goes on waiting', async () => {
      const engine = await start();
      const { id } = await asked(
        engine,
        asking({ ...approval, requiredApprovers: 2, approverGroups: ['ops', 'a","b'] }),
      );
      const refused = (answer: Partial<InteractionAnswer>) =>
        engine.answer(id, saying(answer)).then(
          () => 'taken',
          ({ code }) => code,
        );
      expect(await refused({ decision: 'approve', groups: ['sales'] })).toBe('INTERACTION_APPROVER_FORBIDDEN');
      expect(await refused({ data: 1, groups: ['ops'] })).toBe('INTERACTION_ANSWER_INVALID');
      expect(await refused({ decision: 'approve', groups: ['ops'] })).toBe('taken');
      expect(await refused({ decision: 'reject', groups: ['ops'], once: true })).toBe('INTERACTION_ANSWERED');
      expect(await engine.interaction(id)).toMatchObject({ status: 'open', decisions: [{ decision: 'approve' }] });
      const of = async (approverGroup: string) =>
        (await engine.interactions({ approverGroup, status: 'open', limit: 200 })).items.some((item) => item.id === id);
      expect([await of('ops'), await of('a","b'), await of('op'), await of('a'), await of('b')]).toEqual([
        true,
        true,
        false,
        false,
        false,
      ]);
    });

    test('that does not exist, or whose action still runs, takes no answer', async () => {
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const engine = await start({ work: () => held });
      const { runId } = await engine.start(request(asking(response)));
      const code = (id: string) => engine.answer(id, saying({ data: 1 })).catch((error) => error.code);
      expect(await code(`${runId}.ask`)).toBe('INTERACTION_NOT_OPEN');
      for (const id of [`${runId}.other`, `${crypto.randomUUID()}.ask`, 'nonsense', '', `${runId}.ask\0`]) {
        expect(await code(id)).toBe('INTERACTION_NOT_FOUND');
      }
      release();
    });

    test('is closed with its run, whoever ends it', async () => {
      const engine = await start();
      const { runId, id } = await asked(engine, asking(approval));
      await engine.cancel(runId, 'enough');
      expect(await engine.interaction(id)).toMatchObject({ status: 'cancelled', closedAt: expect.any(String) });
      await expect(engine.answer(id, saying({ decision: 'approve' }))).rejects.toMatchObject({
        code: 'INTERACTION_CLOSED',
      });
    });

    test('with `mask_output` shows who answered, not what', async () => {
      const engine = await start();
      const { runId, id } = await asked(engine, asking(response, { maskOutput: true }));
      await engine.answer(id, saying({ data: 'my secret' }));
      const record = await engine.result(runId);
      expect(record.result).toEqual(['sent', 'my secret']);
      for (const shown of [record.steps, await engine.interaction(id)])
        expect(JSON.stringify(shown)).not.toContain('my secret');
      expect(await engine.interaction(id)).toMatchObject({ respondent: 'ana', response: '***' });
    });

    test('many are paged, newest first, each once', async () => {
      const engine = await start();
      const name = `paged ${crypto.randomUUID()}`;
      const items = '${{ FN.range(0, 7) }}';
      const definition = workflow(
        [
          { ref: 'each', action: 'core.transform.scatter', args: { collection: items } },
          { ref: 'ask', after: ['each'], interaction: response },
          {
            ref: 'all',
            action: 'core.transform.gather',
            args: { items: '${{ ACTIONS.ask.interaction }}' },
            after: ['ask'],
          },
        ],
        { returns: '${{ ACTIONS.all.result }}' },
      );
      const { runId } = await engine.start(request(definition, { workflow: name }));
      const page = (limit: number, cursor?: string) =>
        engine.interactions({ workflow: name, limit, ...(cursor !== undefined && { cursor }) });
      await expect.poll(async () => (await page(10)).items.length).toBe(7);
      const ids: string[] = [];
      for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
        const { items: found, nextCursor } = await page(3, cursor);
        ids.push(...found.map(({ id }) => id));
        cursor = nextCursor;
      }
      expect(ids).toEqual((await page(10)).items.map(({ id }) => id));
      expect(new Set(ids)).toEqual(new Set(Array.from({ length: 7 }, (_, i) => `${runId}.each-${i}.ask`)));
      await expect(page(3, 'nonsense')).rejects.toMatchObject({ code: 'STORAGE_CURSOR_INVALID' });
      await Promise.all(ids.map((id) => engine.answer(id, saying({ data: id.at(-5) }))));
      expect(await engine.result(runId)).toMatchObject({
        status: 'completed',
        result: ['0', '1', '2', '3', '4', '5', '6'],
      });
    });
  });
}
