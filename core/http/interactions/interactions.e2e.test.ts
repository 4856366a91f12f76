import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, startTestHost, type TestHost } from '../../../tests/host.fixture.ts';

const SLACK = 'slack-signing-secret';
let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({
    backplane: `log: { level: silent }\ntemplates: { workflows: [] }\nsecrets: { slack: { SLACK_SIGNING_SECRET: ${SLACK}, SLACK_BOT_TOKEN: other } }\n`,
  });
});
afterAll(() => host[Symbol.asyncDispose]());

const EVIL = '<script>alert(1)</script>"\'&<img src=x onerror=alert(2)>';
let aliases = 0;
async function asking(
  interaction: string,
): Promise<{ readonly id: string; readonly runId: string; readonly alias: string }> {
  const alias = `ask-${++aliases}`;
  const source = `title: ${JSON.stringify(`Release ${EVIL}`)}
entrypoint: {expects: {text: {type: str}}}
actions:
  - ref: ask
    action: core.transform.reshape
    args: {value: "\${{ FN.get_interaction() }}"}
    interaction: ${interaction}
returns: \${{ [ACTIONS.ask.result, ACTIONS.ask.interaction] }}
`;
  const stored = await host.api('POST', '/workflows', { alias, source });
  expect(stored.body).toMatchObject({ alias });
  const { runId } = (await host.api('POST', `/workflows/${alias}/runs`, { input: { text: EVIL } })).body;
  const id = `${runId}.ask`;
  await expect.poll(async () => (await host.api('GET', `/interactions/${id}`)).status).toBe(200);
  return { id, runId, alias };
}
const approval = (more = '') => `{type: approval, message: "Text: \${{ TRIGGER.text }}"${more}}`;
const linkFor = async (id: string, body: object = { approver: 'ana' }) =>
  (await host.api('POST', `/interactions/${id}/links`, body)).body as { respond_url: string; approve_url?: string };
const form = (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  call(url, 'POST', new URLSearchParams(fields).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
    ...headers,
  });
const ended = async (runId: string) => {
  await expect.poll(async () => (await host.api('GET', `/runs/${runId}`)).body.status).not.toBe('running');
  return (await host.api('GET', `/runs/${runId}`)).body;
};

describe('over the API', () => {
  test('an approval is listed, approved with a comment, and its run goes on', async () => {
    const { id, runId, alias } = await asking(approval(', required_approvers: 2, approver_groups: [ops]'));
    const list = async (query: string) =>
      (await host.api('GET', `/interactions?workflow=${alias}${query}`)).body.items.map(
        (item: { id: string }) => item.id,
      );
    expect(await list('&status=open&approver_group=ops')).toEqual([id]);
    expect(await list('&approver_group=other')).toEqual([]);
    expect((await host.api('GET', `/runs/${runId}`)).body.steps.ask).toMatchObject({
      status: 'waiting',
      interaction: { id, type: 'approval', message: `Text: ${EVIL}`, decisions: [] },
    });
    const approve = (approver: string, groups = ['ops']) =>
      host.api('POST', `/interactions/${id}/approve`, { approver, groups, comment: 'fine' });
    expect((await approve('eve', ['sales'])).body).toMatchObject({
      status: 403,
      code: 'INTERACTION_APPROVER_FORBIDDEN',
    });
    expect(await approve('ana')).toMatchObject({
      status: 200,
      body: { status: 'open', decisions: [{ approver: 'ana' }] },
    });
    expect(await approve('ben')).toMatchObject({ status: 200, body: { status: 'approved' } });
    expect(await approve('cid')).toMatchObject({ status: 409, body: { code: 'INTERACTION_CLOSED' } });
    const { status, result } = await ended(runId);
    expect(status).toBe('completed');
    expect(result[1]).toMatchObject({
      approved: true,
      decisions: [{ approver: 'ana', comment: 'fine' }, { approver: 'ben' }],
    });
    expect(await list('&status=open')).toEqual([]);
    expect(await list('&status=closed')).toEqual([id]);
  });

  test('a rejection fails the run and says who and why', async () => {
    const { id, runId } = await asking(approval());
    await host.api('POST', `/interactions/${id}/reject`, { approver: 'ben', comment: 'too dear' });
    expect((await ended(runId)).error).toMatchObject({
      code: 'WORKFLOW_INTERACTION_REJECTED',
      details: { approver: 'ben', comment: 'too dear', step: 'ask' },
    });
  });

  test.each([[{ a: [1, null] }], ['text'], [0], [false], [null]])('a response takes any JSON: %j', async (data) => {
    const { id, runId } = await asking('{type: response}');
    const answered = await host.api('POST', `/interactions/${id}/respond`, JSON.stringify(data), {
      'content-type': 'application/json',
    });
    expect(answered.body).toMatchObject({ status: 'responded', response: data });
    expect((await ended(runId)).result[1]).toEqual(data);
  });

  test('what is not an answer changes nothing', async () => {
    const { id } = await asking(approval());
    const respond = (body: unknown) => host.api('POST', `/interactions/${id}/respond`, body);
    expect((await respond({ data: 1 })).body.code).toBe('INTERACTION_ANSWER_INVALID');
    expect((await respond({ decision: 'perhaps' })).body.code).toBe('HTTP_INVALID_REQUEST');
    expect((await host.api('POST', `/interactions/${id}/approve`, { approver: '' })).status).toBe(400);
    expect((await host.api('POST', '/interactions/none/approve', {})).body.code).toBe('INTERACTION_NOT_FOUND');
    expect((await host.api('GET', '/interactions/none')).body.code).toBe('INTERACTION_NOT_FOUND');
    expect((await host.api('GET', '/interactions?cursor=x')).body.code).toBe('STORAGE_CURSOR_INVALID');
    expect((await call(`${host.url}/api/interactions/${id}/approve`, 'POST', {})).status).toBe(401);
    expect((await host.api('GET', `/interactions/${id}`)).body).toMatchObject({ status: 'open', decisions: [] });
    expect(await respond({ decision: 'approve', approver: 'ana' })).toMatchObject({ status: 200 });
  });
});

describe('by a link', () => {
  test('a page shows what is asked, loads nothing, runs nothing, and changes nothing', async () => {
    const { id } = await asking(approval(', timeout: 3600'));
    const { respond_url: url, approve_url: approve } = await linkFor(id);
    for (const address of [url, approve!]) {
      const { status, headers, body } = await call(address, 'GET');
      expect(status).toBe(200);
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'/,
      );
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(body).toContain('Text: &lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;&lt;img');
      expect(body).toContain('Release &lt;script&gt;');
      expect(body).not.toMatch(/<script|<img|onerror=a[^l]|https?:\/\//);
    }
    expect((await host.api('GET', `/interactions/${id}`)).body.decisions).toEqual([]);
  });

  test('one person decides, once; the page then tells how it stands', async () => {
    const { id, runId } = await asking(approval(', required_approvers: 2'));
    const [ana, ben] = [await linkFor(id), await linkFor(id, { approver: 'ben' })];
    const { status, headers } = await form(ana.approve_url!, { decision: 'approve', comment: 'ok' });
    expect([status, new URL(headers.get('location')!, ana.approve_url).href]).toEqual([303, ana.respond_url]);
    expect((await call(ana.respond_url, 'GET')).body).toContain('You have approved. It waits for 1 more approval.');
    const again = await form(ana.respond_url, { decision: 'reject' });
    expect([again.status, again.body]).toEqual([409, expect.stringContaining('has decided already')]);
    expect((await call(ana.respond_url, 'POST', { decision: 'reject' })).body.code).toBe('INTERACTION_ANSWERED');
    const { body } = await call(ben.respond_url, 'POST', {
      decision: 'approve',
      approver: 'somebody else',
      groups: ['root'],
    });
    expect(body).toEqual({ id, status: 'approved' });
    const { result } = await ended(runId);
    expect(result[1].decisions).toMatchObject([
      { approver: 'ana', comment: 'ok', via: 'link', groups: [] },
      { approver: 'ben', via: 'link', groups: [] },
    ]);
    expect((await call(ben.respond_url, 'GET')).body).toContain('It has been approved.');
    expect((await form(ben.respond_url, { decision: 'reject' })).status).toBe(409);
  });

  test('a response is given as text, or as any JSON', async () => {
    const first = await asking('{type: response, message: "Which ticket?"}');
    const { respond_url: url } = await linkFor(first.id);
    expect((await call(url, 'GET')).body).toContain('<textarea id="response"');
    expect((await form(url, { response: '007' })).status).toBe(303);
    expect((await ended(first.runId)).result[1]).toBe('007');
    const second = await asking('{type: response}');
    await call((await linkFor(second.id)).respond_url, 'POST', { ticket: 7 });
    expect((await ended(second.runId)).result[1]).toEqual({ ticket: 7 });
  });

  test('the step hands out links that work and that the run does not show', async () => {
    const { id, runId } = await asking(approval(', approver_groups: [ops]'));
    const shown = JSON.stringify((await host.api('GET', `/runs/${runId}`)).body.steps.ask.result);
    expect(shown).toMatch(new RegExp(`${id}/answer/\\*\\*\\*`));
    expect(shown).toContain(`"approve_value":"${id}:approve"`);
  });

  test('a forged, altered, foreign or expired one is refused, and a form of another site', async () => {
    const [{ id }, other] = [await asking(approval()), await asking(approval())];
    const url = (await linkFor(id)).respond_url;
    const token = url.slice(url.lastIndexOf('/') + 1);
    const [claim, proof] = token.split('.') as [string, string];
    const forged = Buffer.from(JSON.stringify(['boss', ['root'], 0])).toString('base64url');
    const base = `${host.url}/api/interactions`;
    const bad = [
      `${base}/${id}/answer/${forged}.${proof}`,
      `${base}/${id}/answer/${claim}.${createHmac('sha256', '').update(`${id}\n${claim}`).digest('base64url')}`,
      `${base}/${id}/answer/${token.slice(0, -2)}`,
      `${base}/${id}/answer/${token}.x`,
      `${base}/${id}/answer/${claim}.${proof}=`,
      `${base}/${id}/answer/x`,
      `${base}/${other.id}/answer/${token}`,
    ];
    for (const address of bad) {
      const page = await call(address, 'GET');
      expect([page.status, page.body]).toEqual([403, expect.stringContaining('not valid')]);
      expect((await form(address, { decision: 'approve' })).status).toBe(403);
      expect((await call(address, 'POST', { decision: 'approve' })).body.code).toBe('INTERACTION_LINK_INVALID');
    }
    for (const site of ['cross-site', 'same-site']) {
      expect((await form(url, { decision: 'approve' }, { 'sec-fetch-site': site })).status).toBe(403);
      const answer = await call(url, 'POST', { decision: 'approve' }, { 'sec-fetch-site': site });
      expect(answer.body.code).toBe('INTERACTION_FOREIGN_FORM');
    }
    const brief = (await linkFor(id, { approver: 'ana', expires_in: 0.001 })).respond_url;
    await expect.poll(async () => (await call(brief, 'GET')).status).toBe(410);
    expect((await call(brief, 'POST', { decision: 'approve' })).body.code).toBe('INTERACTION_LINK_EXPIRED');
    for (const asked of [id, other.id]) {
      expect((await host.api('GET', `/interactions/${asked}`)).body).toMatchObject({ status: 'open', decisions: [] });
    }
    expect((await form(url, { decision: 'approve' }, { 'sec-fetch-site': 'same-origin' })).status).toBe(303);
  });

  test('nonsense in the form is refused and changes nothing', async () => {
    const { id } = await asking(approval());
    const { respond_url: url } = await linkFor(id);
    expect((await form(url, { decision: 'maybe' })).status).toBe(400);
    expect((await form(url, {})).status).toBe(422);
    expect((await form(url, { decision: 'approve', comment: 'x'.repeat(2001) })).status).toBe(400);
    expect((await form(url, { decision: 'approve', comment: 'x'.repeat(70_000) })).status).toBe(413);
    expect((await call(url, 'POST', '{', { 'content-type': 'application/json' })).body.code).toBe('HTTP_BODY_SYNTAX');
    expect((await host.api('GET', `/interactions/${id}`)).body.status).toBe('open');
    await host.api('POST', `/interactions/${id}/approve`, {});
    expect((await host.api('POST', `/interactions/${id}/links`, {})).body.code).toBe('INTERACTION_CLOSED');
  });
});

describe('from Slack', () => {
  const press = (action: object, { secret = SLACK, at = Date.now() } = {}) => {
    const payload = { type: 'block_actions', user: { id: 'U1', username: 'ana' }, actions: [action] };
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const time = String(Math.floor(at / 1000));
    const signature = `v0=${createHmac('sha256', secret).update(`v0:${time}:${body}`).digest('hex')}`;
    return call(`${host.url}/api/webhooks/interactions/slack`, 'POST', body, {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': time,
      'x-slack-signature': signature,
    });
  };

  test('a press of a button answers, once', async () => {
    const { id, runId } = await asking(approval());
    const approve = { type: 'button', action_id: 'a', value: `${id}:approve` };
    expect(await press(approve)).toMatchObject({ status: 200, body: '' });
    expect((await ended(runId)).result[1].decisions).toMatchObject([
      { approver: 'slack:U1', decision: 'approve', via: 'slack', data: { user: { id: 'U1', name: 'ana' } } },
    ]);
    expect((await press(approve)).body.code).toMatch(/WEBHOOK_REPLAYED|INTERACTION_CLOSED/);
  });

  test('the id may stand in the value and the decision in the action, and a response gets the whole action', async () => {
    const rejected = await asking(approval());
    expect((await press({ action_id: 'reject', value: rejected.id })).status).toBe(200);
    expect((await ended(rejected.runId)).error.code).toBe('WORKFLOW_INTERACTION_REJECTED');
    const chosen = await asking('{type: response}');
    const action = { action_id: chosen.id, selected_option: { value: 'blue' } };
    expect((await press(action)).status).toBe(200);
    expect((await ended(chosen.runId)).result[1]).toEqual({ user: { id: 'U1', name: 'ana' }, action });
  });

  test('a call that Slack did not sign, or long ago, or that names nothing of ours, is refused', async () => {
    const { id } = await asking(approval());
    const approve = { value: `${id}:approve` };
    expect((await press(approve, { secret: 'other' })).body.code).toBe('WEBHOOK_SIGNATURE_INVALID');
    expect((await press(approve, { at: Date.now() - 600_000 })).body.code).toBe('WEBHOOK_TIMESTAMP_INVALID');
    expect((await press({ value: 'hello' })).body.code).toBe('INTERACTION_SLACK_PAYLOAD');
    expect((await press({ value: `${crypto.randomUUID()}.ask:approve` })).body.code).toBe('INTERACTION_NOT_FOUND');
    expect((await host.api('GET', `/interactions/${id}`)).body.decisions).toEqual([]);
  });
});

test('without the signing secret nothing from Slack is believed', async () => {
  await using plain = await startTestHost();
  const { body } = await call(`${plain.url}/api/webhooks/interactions/slack`, 'POST', 'payload={}', {
    'content-type': 'application/x-www-form-urlencoded',
  });
  expect(body.code).toBe('INTERACTION_SLACK_NOT_CONFIGURED');
});
