import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestHost, type TestHost } from '../../tests/host.fixture.ts';
import { backplane, folderWith } from './backplane.fixture.ts';

const flow = `title: Order
actions:
  - ref: offer
    action: core.transform.reshape
    args: {value: 250}
    interaction: {type: approval, message: "Spend \${{ ACTIONS.offer.result }}?", required_approvers: 2, approver_groups: [ops]}
  - ref: ticket
    action: core.transform.reshape
    depends_on: offer
    args: {value: asked}
    interaction: {type: response}
returns: {approved: "\${{ ACTIONS.offer.interaction.approved }}", ticket: "\${{ ACTIONS.ticket.interaction }}"}
`;

describe('without a server', () => {
  const run = async (...args: string[]) => {
    using folder = folderWith({ 'flow.yaml': flow, 'answer.json': '{"id": 7}' });
    return await backplane([
      'run',
      folder.path('flow.yaml'),
      '--json',
      ...args.map((arg) => arg.replace('@', `@${folder.path()}/`)),
    ]);
  };

  test('answers are given with --respond, one for each approver, also from a file', async () => {
    const { code, json } = await run(
      '--respond',
      'offer=approve',
      '--respond',
      'offer={"approver": "ben", "decision": "approve"}',
      '--respond',
      'ticket=@answer.json',
    );
    expect(json()).toMatchObject({ status: 'completed', result: { approved: true, ticket: { id: 7 } } });
    expect(code).toBe(0);
  });

  test('a rejection fails the run as it would on a host', async () => {
    const { code, json } = await run('--respond', 'offer=reject');
    expect(json()).toMatchObject({ status: 'failed', error: { code: 'WORKFLOW_INTERACTION_REJECTED' } });
    expect(code).toBe(1);
  });

  test.each([
    [[]],
    [['--respond', 'offer=approve']],
  ])('what nobody answers fails at once and says how to answer (%j)', async (args) => {
    const { code, json } = await run(...args);
    expect(json()).toMatchObject({
      status: 'failed',
      error: { code: 'INTERACTION_UNANSWERED', remedy: expect.stringContaining('--respond REF=JSON') },
    });
    expect(code).toBe(1);
  });

  test('an answer that is none, to a step that does not ask, or without a ref is refused', async () => {
    expect((await run('--respond', 'offer={"decision": "maybe"}')).json().error.code).toBe('HTTP_INVALID_REQUEST');
    for (const wrong of ['other=1', 'offer', 'ticket={']) {
      expect((await run('--respond', wrong)).code, wrong).toBe(2);
    }
  });
});

describe('on a host', () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost();
  });
  afterAll(() => host[Symbol.asyncDispose]());
  const interaction = (...args: string[]) => backplane(['interaction', ...args, '--url', host.url, '--key', host.key]);

  test('what waits is listed, shown, approved, and answered', async () => {
    expect((await interaction('list')).stdout).toBe('Nothing waits for people.\n');
    await host.api('POST', '/workflows', { alias: 'order', source: flow });
    const { runId } = (await host.api('POST', '/workflows/order/runs', {})).body;
    const [offer, ticket] = [`${runId}.offer`, `${runId}.ticket`];
    await expect.poll(async () => (await host.api('GET', `/interactions/${offer}`)).status).toBe(200);
    expect((await interaction('list', '--group', 'ops')).stdout).toBe(`${offer}  approval  open  0/2  Spend 250?\n`);
    expect((await interaction('show', offer)).json()).toMatchObject({ id: offer, status: 'open' });
    const approve = (approver: string) =>
      interaction('approve', offer, '--as', approver, '--group', 'ops', '--comment', 'ok');
    expect((await approve('ana')).stdout).toBe(`${offer} is open: it waits for 1 more approval.\n`);
    expect((await approve('ben')).stdout).toBe(`${offer} is approved.\n`);
    const late = await interaction('reject', offer, '--as', 'eve');
    expect([late.code, late.stderr]).toEqual([1, expect.stringContaining('INTERACTION_CLOSED')]);
    await expect.poll(async () => (await host.api('GET', `/interactions/${ticket}`)).status).toBe(200);
    expect((await interaction('respond', ticket, '{"id": 8}', '--json')).json()).toMatchObject({ status: 'responded' });
    await expect
      .poll(async () => (await host.api('GET', `/runs/${runId}`)).body.result)
      .toEqual({ approved: true, ticket: { id: 8 } });
    expect((await interaction('list', '--status', 'all', '--json')).json().items).toHaveLength(2);
    expect((await interaction('show', 'none')).stderr).toContain('INTERACTION_NOT_FOUND');
  });
});
