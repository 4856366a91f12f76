import { expect, test } from 'vitest';
import { toData } from '../language/values/to-data.ts';
import { leafAction } from '../registry/leaf-action.fixture.ts';
import { TemplateBench } from '../registry/template/template-bench.fixture.ts';
import { silentLog } from '../storage/silent-log.fixture.ts';
import type { AnswerLinks, LinkTicket } from './answer-links.ts';
import { createActionRunner } from './create-action-runner.ts';
import { RunDriver, type TestAction, workflow } from './scheduler/run-driver.fixture.ts';

const approval = { type: 'approval', timeout: 60, requiredApprovers: 1, approverGroups: ['ops'] } as const;

/** Runs the first attempt of a step that calls the template, and gives what the template's own steps were called with. */
async function called(step: Partial<TestAction>, { host = true } = {}) {
  const issued: LinkTicket[] = [];
  const links: AnswerLinks = {
    issue(ticket) {
      issued.push(ticket);
      return {
        token: `token-of-${ticket.approver}`,
        respond_url: `https://host/${ticket.id}/token-of-${ticket.approver}`,
      };
    },
    read: () => ({ approver: '', groups: [] }),
  };
  const seen: unknown[] = [];
  const bench = new TemplateBench(
    leafAction({
      name: 'core.send',
      run({ args }) {
        seen.push(args);
        return toData(args);
      },
    }),
  ).template(
    'ask',
    `
    expects: {to: {type: 'list[str]', description: Whom}}
    steps:
      - ref: one
        action: core.send
        args: {asked: "\${{ FN.get_interaction() }}"}
      - ref: each
        action: core.send
        for_each: \${{ for var.x in inputs.to }}
        args: {link: "\${{ FN.get_interaction(var.x)['respond_url'] }}"}
    returns: \${{ steps.each.result }}
    `,
  );
  const driver = new RunDriver(
    workflow([{ ref: 'a', action: 'tools.test.ask', args: { to: ['ana', 'ben'] }, ...step }]),
  );
  driver.start();
  const runner = createActionRunner({
    registry: bench.registry,
    secrets: { resolve: async () => ({}) },
    variables: { resolve: () => ({}) },
    log: silentLog,
    ...(host && { links }),
  });
  const { graph, state } = driver;
  const command = driver.actions()[0]!;
  const outcome = await runner.run({ graph, state, command, signal: new AbortController().signal });
  return { outcome, seen, issued, now: driver.now, timeoutMs: command.timeoutMs };
}

test('templates see what their step asks, with links in the name of each approver; records do not show what proves them', async () => {
  const { outcome, seen, issued, now, timeoutMs } = await called({ interaction: approval });
  expect(seen).toEqual([
    {
      asked: {
        id: 'run-1.a',
        type: 'approval',
        respond_url: 'https://host/run-1.a/token-of-link',
        approve_value: 'run-1.a:approve',
        reject_value: 'run-1.a:reject',
      },
    },
    { link: 'https://host/run-1.a/token-of-ana' },
    { link: 'https://host/run-1.a/token-of-ben' },
  ]);
  expect(issued.at(-1)).toEqual({
    id: 'run-1.a',
    type: 'approval',
    approver: 'ben',
    groups: ['ops'],
    expiresAt: now + timeoutMs + 60_000,
  });
  expect(outcome).toMatchObject({
    status: 'completed',
    result: [{ link: 'https://host/run-1.a/***' }, { link: 'https://host/run-1.a/***' }],
  });
});

test('without a host there are no links, and a step that asks nobody has nothing to show', async () => {
  const alone = await called({ interaction: approval, args: { to: [] } }, { host: false });
  expect(alone.seen).toEqual([
    { asked: { id: 'run-1.a', type: 'approval', approve_value: 'run-1.a:approve', reject_value: 'run-1.a:reject' } },
  ]);
  expect((await called({ args: { to: [] } })).seen).toEqual([{ asked: null }]);
});
