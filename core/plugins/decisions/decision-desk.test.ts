import { type Decision, type DecisionQuery, defineDecisionPoint } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { silent } from '../actions/invocation.fixture.ts';
import { ContributionBoard, type MountOwner } from '../contributions/contribution-board.ts';
import { readMounted } from '../contributions/read-mounted.ts';
import { DecisionDesk } from './decision-desk.ts';

const never = new AbortController().signal;
const query: DecisionQuery = {
  subject: { id: 'u1', kind: 'user', roles: ['editor'], groups: [], claims: {} },
  action: 'secret:read',
  resource: { type: 'secret', attributes: {} },
  context: {},
};

function desk(config: Record<string, unknown>, open: (context: { config: { denies: string } }) => unknown) {
  const board = new ContributionBoard();
  const value = defineDecisionPoint({
    name: 'acme-rules',
    title: 'Rules',
    summary: 'Decides.',
    config: z.strictObject({ denies: z.string() }),
    open: open as never,
  });
  const owner = { id: 'acme', ports: {}, log: silent, signal: never } as unknown as MountOwner;
  const post = () =>
    board.post(
      owner,
      readMounted({ id: 'acme', capabilities: {} } as never, [
        { kind: 'decision-point', name: 'acme-rules', value: value as never },
      ]),
    );
  return { desk: new DecisionDesk(board, { name: 'acme-rules', config }), post };
}

test('the decision point of a plugin is opened once, asked, and closed with its plugin', async () => {
  const seen: string[] = [];
  const { desk: decisions, post } = desk({ denies: 'secret:read' }, ({ config }) => {
    seen.push('open');
    return {
      decide: async ({ action }: DecisionQuery): Promise<Decision> =>
        action === config.denies ? { effect: 'deny', because: ['no'] } : { effect: 'abstain', because: [] },
      close: async () => void seen.push('closed'),
    };
  });
  await expect(decisions.decide(query, never)).rejects.toThrow('no active plugin brings the decision point acme-rules');
  const posted = post();
  expect(await decisions.decide(query, never)).toMatchObject({ effect: 'deny' });
  expect(await decisions.decide({ ...query, action: 'run:read' }, never)).toMatchObject({ effect: 'abstain' });
  expect(seen).toEqual(['open']);
  posted[Symbol.dispose]();
  await expect.poll(() => seen).toEqual(['open', 'closed']);
  await expect(decisions.decide(query, never)).rejects.toThrow('no active plugin');
});

test('settings that do not fit and an `open` that gives nothing that decides are refusals', async () => {
  const wrong = desk({ denise: 1 }, () => ({ decide: async () => ({}) }));
  wrong.post();
  await expect(wrong.desk.decide(query, never)).rejects.toThrow('configuration is not valid');
  const empty = desk({ denies: 'x' }, () => ({}));
  empty.post();
  await expect(empty.desk.decide(query, never)).rejects.toThrow('nothing that decides');
});
