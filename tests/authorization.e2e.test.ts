import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Place } from '../core/access/place.ts';
import { type ApiOperation, operationsOf, titleOf, validRequest } from './api-operation.fixture.ts';
import { call, type Reply } from './host.fixture.ts';
import { belongsTo, isAllowed, openTenants, type Tenants, type TestCaller } from './tenants.fixture.ts';
import { openTraces, type Trace, type TraceId } from './workspace-traces.fixture.ts';

let tenants: Tenants;
let operations: readonly ApiOperation[];
beforeAll(async () => {
  tenants = await openTenants();
  operations = operationsOf((await call(`${tenants.host.url}/api/openapi.json`, 'GET')).body);
});
afterAll(() => tenants[Symbol.asyncDispose]());

/** Its status and what it says; a stream that goes on is left once it has begun. */
async function send(
  { method }: Pick<ApiOperation, 'method'>,
  { path, body }: { readonly path: string; readonly body?: unknown },
  headers: Record<string, string>,
): Promise<Pick<Reply, 'status' | 'body'>> {
  const leaving = new AbortController();
  const answer = await fetch(`${tenants.host.url}${path}`, {
    method,
    redirect: 'manual',
    signal: leaving.signal,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const type = answer.headers.get('content-type') ?? '';
  if (type.includes('event-stream')) {
    leaving.abort();
    return { status: answer.status, body: 'a stream' };
  }
  const text = await answer.text();
  return { status: answer.status, body: /[/+]json/.test(type) && text !== '' ? JSON.parse(text) : text };
}

/** Both may need many requests; a few at a time keep the host busy. */
async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}

/** Answers may leave nothing to ask of others afterwards. */
const ENDS_ALL = 'DELETE /api/workspaces/{workspace}';
const PLACES = ['workspace', 'organization', 'host', 'what the path names'];

describe('whoever calls', () => {
  /** Where a scope is asked for. What the path names is ours; what names nothing is about the organisation. */
  function placeOf({ scopeIn, pathNames }: ApiOperation): Place {
    const { ours } = tenants;
    if (scopeIn === 'host') return {};
    return scopeIn === 'workspace' || pathNames.includes('workspace') ? ours : { organization: ours.organization };
  }

  function expected(caller: TestCaller, operation: ApiOperation, path: string): string {
    if (caller.kind === 'nobody' || caller.disabled) return 'HTTP_UNAUTHENTICATED';
    if (!belongsTo(caller, tenants.ours)) return 'WORKSPACE_NOT_FOUND';
    const { scope } = operation;
    if (scope === 'self') return 'let in';
    const name = /\/actions\/([^/]+)\/run/.exec(path)?.[1];
    const asked = scope.replace('{name}', decodeURIComponent(name ?? ''));
    return isAllowed(caller, asked, placeOf(operation)) ? 'let in' : 'ACCESS_DENIED';
  }

  /** What became of a request: refused, and how; `let in` for whatever else. */
  function outcome({ status, body }: Pick<Reply, 'status' | 'body'>): string {
    const isRefusal = ['HTTP_UNAUTHENTICATED', 'ACCESS_DENIED', 'WORKSPACE_NOT_FOUND'].includes(body?.code);
    return isRefusal && [401, 403, 404].includes(status) ? body.code : 'let in';
  }

  /** Names what is ours where whether somebody may depends on it, and nothing otherwise. */
  const named = (operation: ApiOperation) => {
    const { organization, workspace } = tenants.ours;
    const isAction = operation.path.startsWith('/api/actions');
    return validRequest(operation, { organization, workspace, ...(isAction && { name: 'core.nothing' }) });
  };

  test('every address takes the request that the test makes for it', async () => {
    const refused: string[] = [];
    for (const operation of operations.filter((one) => one.scope !== 'open' && titleOf(one) !== ENDS_ALL)) {
      const reply = await send(operation, named(operation), tenants.headers('host', tenants.foreign));
      // Whoever adds a route with a body that its schema does not tell adds it to the fixture.
      if (reply.body?.code === 'HTTP_INVALID_REQUEST' || reply.status === 405 || reply.status >= 500)
        refused.push(`${titleOf(operation)}: ${reply.status} ${reply.body?.detail}`);
    }
    expect(refused).toEqual([]);
  });

  test('is let in exactly where a role, a key or a session of theirs allows the scope of the address', async () => {
    const guarded = operations.filter(({ scope }) => scope !== 'open');
    const unknown = guarded.filter(({ scopeIn }) => !PLACES.includes(scopeIn)).map(titleOf);
    expect(unknown).toEqual([]);
    const wrong: string[] = [];
    await inLanes(
      guarded.flatMap((operation) => tenants.callers.map((caller) => ({ operation, caller }))),
      async ({ operation, caller }) => {
        const request = named(operation);
        const wanted = expected(caller, operation, request.path);
        if (titleOf(operation) === ENDS_ALL && wanted === 'let in') return;
        const found = outcome(await send(operation, request, tenants.headers(caller.name)));
        if (found !== wanted) wrong.push(`${titleOf(operation)} by ${caller.name}: ${found} instead of ${wanted}`);
      },
    );
    expect(wrong).toEqual([]);
    expect(guarded.length).toBeGreaterThan(120);
  });

  test('ends a workspace with all in it where it is theirs', async () => {
    for (const name of ['owner', 'organisation owner', 'organisation admin', 'platform admin', 'host']) {
      const { status, body } = await tenants.host.api('POST', '/workspaces', { name: 'doomed' });
      expect(status).toBe(201);
      const doomed = { organization: tenants.ours.organization, workspace: body.id as string };
      const inside = tenants.headers('host', doomed);
      await tenants.host.api('PUT', '/members', { user: 'owner@example.com', role: 'owner' }, inside);
      await tenants.host.api('POST', '/secrets', { name: 'gone', values: { A: 'a value' } }, inside);
      const ended = await send({ method: 'DELETE' }, { path: '/api/workspaces/doomed' }, tenants.headers(name));
      expect([name, ended.status]).toEqual([name, 204]);
      expect((await tenants.host.api('GET', '/secrets', undefined, inside)).body.code).toBe('WORKSPACE_NOT_FOUND');
    }
  });

  test('writes workflows of those actions alone that they may use, which others then run without more', async () => {
    const source = (action: string, args: string) =>
      `type: workflow\ndefinition:\n  title: T\n  description: D\n  actions:\n    - { ref: a, action: ${action}, args: ${args} }\n`;
    const api = (name: string, method: string, path: string, body: unknown) =>
      tenants.host.api(method, path, body, tenants.headers(name));
    const foreign = source('core.require', '{ conditions: [true] }');
    const allowed = source('core.transform.reshape', '{ value: 1 }');
    const author = 'editor of transforms';
    expect((await api(author, 'POST', '/workflows', { alias: 'mine', source: allowed })).status).toBe(201);
    expect(await api(author, 'POST', '/workflows', { alias: 'others', source: foreign })).toMatchObject({
      status: 403,
      body: { code: 'ACCESS_DENIED', detail: expect.stringContaining('action:core.require:execute') },
    });
    expect((await api(author, 'PUT', '/workflows/mine', { source: foreign })).status).toBe(403);
    expect((await api('editor', 'POST', '/workflows', { alias: 'others', source: foreign })).status).toBe(201);
    const run = await api('service', 'POST', '/workflows/others/runs?wait=true', { input: null });
    expect(run).toMatchObject({ status: 200, body: { status: 'completed' } });
    for (const gone of ['/workflows/mine', '/workflows/others', `/runs/${run.body.runId}`])
      await api('host', 'DELETE', gone, undefined);
  });

  test('has workflows that do what whoever stored them may do now, whoever starts them', async () => {
    const api = (name: string, method: string, path: string, body?: unknown) =>
      tenants.host.api(method, path, body, tenants.headers(name));
    const scopes = ['workflow:create', 'workflow:update', 'action:core.transform.*:execute'];
    await api('host', 'POST', '/roles', { name: 'author-for-now', scopes });
    await api('host', 'PUT', '/members', { user: 'editor.of.transforms@example.com', role: 'author-for-now' });
    const source =
      'type: workflow\ndefinition:\n  title: T\n  description: D\n  actions:\n    - { ref: a, action: core.transform.reshape, args: { value: 1 } }\n';
    expect((await api('editor of transforms', 'POST', '/workflows', { alias: 'held', source })).status).toBe(201);
    const run = async (name: string) => {
      const { body } = await api(name, 'POST', '/workflows/held/runs?wait=true', { input: null });
      await api('host', 'DELETE', `/runs/${body.runId}`);
      return body;
    };
    expect(await run('service')).toMatchObject({ status: 'completed' });
    await api('host', 'PATCH', '/roles/author-for-now', { scopes: ['workflow:create', 'workflow:update'] });
    for (const name of ['service', 'owner', 'host'])
      expect(await run(name)).toMatchObject({
        status: 'failed',
        steps: { a: { error: { code: 'ACTION_NOT_ALLOWED' } } },
      });
    expect((await api('editor of transforms', 'POST', '/workflows/held/adopt')).body.code).toBe('ACCESS_DENIED');
    expect((await api('editor', 'POST', '/workflows/held/adopt')).body).toMatchObject({ version: 2 });
    expect(await run('service')).toMatchObject({ status: 'completed' });
    const { body } = await api('editor', 'GET', '/workflows/held/versions');
    expect(body.items.map(({ author }: any) => author.name)).toEqual([
      'editor@example.com',
      'editor.of.transforms@example.com',
    ]);
    await api('host', 'PUT', '/members', { user: 'editor.of.transforms@example.com', role: 'transforms' });
    await api('host', 'DELETE', '/roles/author-for-now');
    await api('host', 'DELETE', '/workflows/held');
  });

  test('belongs nowhere, and may ask about themselves and accept an invitation, and nothing else', async () => {
    const { 'x-backplane-workspace': _, ...newcomer } = tenants.headers('member of nothing');
    const ask = (method: string, path: string, body?: unknown) => tenants.host.api(method, path, body, newcomer);
    const shown = await Promise.all(
      ['/me', '/sessions', '/api-keys', '/workspaces', '/organizations', '/access/explain?scope=run:read'].map(
        async (path) => (await ask('GET', path)).status,
      ),
    );
    expect(shown).toEqual([200, 200, 200, 200, 200, 200]);
    expect((await ask('GET', '/workspaces')).body.items).toEqual([]);
    const guarded = operations.filter(({ scope }) => scope !== 'open' && scope !== 'self');
    const wrong: string[] = [];
    await inLanes(guarded, async (operation) => {
      const found = outcome(await send(operation, named(operation), newcomer));
      if (!['ACCESS_DENIED', 'WORKSPACE_NOT_FOUND'].includes(found)) wrong.push(`${titleOf(operation)}: ${found}`);
    });
    expect(wrong).toEqual([]);
    const { workspace } = tenants.ours;
    const invited = { email: 'member.of.nothing@example.com', workspaces: [{ workspace, role: 'viewer' }] };
    const { body } = await tenants.host.api('POST', '/invitations', invited, tenants.headers('admin'));
    expect(await ask('POST', '/invitations/accept', { token: body.token })).toMatchObject({
      status: 200,
      body: { workspace },
    });
    expect((await ask('GET', '/workflows')).status).toBe(200);
    expect((await ask('GET', '/secrets')).body.code).toBe('ACCESS_DENIED');
  });

  test('is handed no key of a service account that may do more than they, or of one of others', async () => {
    const host = (method: string, path: string, body: object) =>
      tenants.host.api(method, path, body, tenants.headers('host'));
    await host('POST', '/roles', { name: 'keeper', scopes: ['service:write', 'run:read'] });
    const keeper = { user: 'editor@example.com', role: 'keeper' };
    const { organization } = tenants.ours;
    const elsewhere = tenants.headers('host', tenants.foreign);
    const { body: theirs } = await tenants.host.api('POST', '/service-accounts', { name: 'theirs' }, elsewhere);
    await host('POST', '/service-accounts', { name: 'small' });
    await host('PUT', '/members', { service: 'small', role: 'viewer' });
    await host('PUT', `/organizations/${organization}/members`, keeper);
    const make = async (service: string) =>
      (await tenants.host.api('POST', '/api-keys', { service, name: 'x' }, tenants.headers('editor'))).body;
    expect(await make('small')).toMatchObject({ key: expect.stringMatching(/^bpk_/) });
    await host('PUT', '/members', { service: 'small', role: 'admin' });
    expect((await make('small')).code).toBe('ACCESS_GRANT_TOO_WIDE');
    for (const unknown of [theirs.id, crypto.randomUUID()]) expect((await make(unknown)).code).toBe('ACCESS_NOT_FOUND');
    const { body: foreign } = await tenants.host.api('POST', '/api-keys', { service: theirs.id, name: 'x' }, elsewhere);
    for (const id of [foreign.id, '0'.repeat(16)])
      expect(
        (await tenants.host.api('DELETE', `/api-keys/${id}`, undefined, tenants.headers('editor'))).body.code,
      ).toBe('HTTP_NOT_FOUND');
    await host('PUT', `/organizations/${organization}/members`, { ...keeper, role: 'organization-member' });
  });

  test('is let in without proof by nothing but what proves itself otherwise', () => {
    const open = operations.filter(({ scope }) => scope === 'open').map(titleOf);
    expect(open.filter((title) => !title.includes(' /api/auth/')).toSorted()).toEqual([
      'GET /api/interactions/{id}/answer/{token}',
      'POST /api/interactions/{id}/answer/{token}',
      'POST /api/sources/{id}/webhook',
      'POST /api/webhooks/interactions/slack',
      'POST /api/webhooks/{path}',
    ]);
  });
});

/** Addresses whose objects belong to the host. An address of a workspace must not stand here. */
const OF_THE_HOST = /^\/api\/(actions|plugins|plugin-data|sources|gateway|users|integrations\/providers)\//;
/** What stands in a path or a query, by what it names. */
const KINDS: readonly (readonly [RegExp, TraceId])[] = [
  [/^\/api\/workflows\/\{id\}/, 'workflow'],
  [/^\/api\/runs\/\{id\}/, 'run'],
  [/^\/api\/interactions\/\{id\}/, 'interaction'],
  [/^\/api\/schedules\/\{id\}/, 'schedule'],
  [/^\/api\/secrets\/\{name\}/, 'secret'],
  [/^\/api\/variables\/\{name\}/, 'variable'],
  [/^\/api\/environments\/\{name\}/, 'environment'],
  [/^\/api\/connections\/\{id\}/, 'connection'],
  [/^\/api\/members\/\{member\}/, 'member'],
  [/^\/api\/workspaces\/\{workspace\}/, 'workspace'],
  [/^\/api\/organizations\/\{organization\}/, 'organization'],
  [/^\/api\/organization\/secrets\/\{name\}/, 'organizationSecret'],
  [/^\/api\/organization\/variables\/\{name\}/, 'organizationVariable'],
  [/^\/api\/roles\/\{role\}/, 'role'],
  [/^\/api\/groups\/\{group\}/, 'group'],
  [/^\/api\/invitations\/\{id\}/, 'invitation'],
  [/^\/api\/service-accounts\/\{account\}/, 'account'],
  [/^\/api\/sessions\/\{id\}/, 'session'],
  [/^\/api\/api-keys\/\{id\}/, 'key'],
];
/** Answers a question, and lists nothing. */
const ASKS_ABOUT = /^\/api\/access\/explain$/;
/** Of the organisation: asked for by its owner, and foreign only in another one. */
const OF_THE_ORGANIZATION: readonly TraceId[] = [
  ...(['organization', 'organizationSecret', 'organizationVariable'] as const),
  ...(['role', 'group', 'invitation', 'account'] as const),
];
/** These make what is not there: in our own place, whatever has the name elsewhere. */
const MAKES_ITS_OWN = /^(PUT|PATCH) \S+\/variables\/|^PUT \S+\/environments\//;
const QUERIES: Readonly<Record<string, TraceId>> = { workflow: 'workflow', parent: 'run' };

describe('what belongs to another workspace', () => {
  let traces: readonly Trace[];
  let own: Trace;
  beforeAll(async () => {
    const admin = (place: Place) => (method: string, path: string, body?: unknown) =>
      tenants.host.api(method, path, body, tenants.headers('host', place));
    [own, ...traces] = (await Promise.all(
      [tenants.ours, tenants.theirs, tenants.foreign].map((place, i) => openTraces(admin(place), `Trace${i}`)),
    )) as [Trace, ...Trace[]];
  });

  const asOwner = () => tenants.headers('owner');
  /** An answer apart from what the request itself said. */
  const shape = ({ status, body }: Pick<Reply, 'status' | 'body'>, asked: string) =>
    JSON.stringify({ status, body: typeof body === 'object' ? { ...body, correlationId: '' } : body }).replaceAll(
      asked,
      '<asked>',
    );
  const unknown = (kind: TraceId, like: string) => {
    if (kind === 'interaction') return like.replace(/^[^.]+/, crypto.randomUUID());
    if (kind === 'key') return '0'.repeat(16);
    return /^[0-9a-f-]{36}$/.test(like) ? crypto.randomUUID() : like.replace(/trace\d$/, 'nobody');
  };
  /** Whatever a name stands for in the address, it is the foreign one. */
  const naming = (operation: ApiOperation, id: string) =>
    validRequest(operation, { ...Object.fromEntries(operation.pathNames.map((name) => [name, id])), ref: 'wait' });

  test('cannot be told from what does not exist, by any address with a name in it, and nothing happens to it', async () => {
    const before = await Promise.all(traces.map((trace) => trace.look()));
    const named = operations.filter(({ scope, pathNames }) => scope !== 'open' && pathNames.length > 0);
    const wrong: string[] = [];
    const makesItsOwn = (operation: ApiOperation) => MAKES_ITS_OWN.test(titleOf(operation));
    const ordered = [...named.filter((one) => !makesItsOwn(one)), ...named.filter(makesItsOwn)];
    for (const operation of ordered.filter(({ path }) => !OF_THE_HOST.test(path))) {
      const title = titleOf(operation);
      const kind = KINDS.find(([path]) => path.test(operation.path))?.[1];
      if (kind === undefined) {
        wrong.push(`${title}: the test does not know what it names`);
        continue;
      }
      const isShared = OF_THE_ORGANIZATION.includes(kind);
      const headers = isShared ? tenants.headers('organisation owner') : asOwner();
      // Nothing but whether they have a role there is said of other organisations.
      const wanted = kind === 'organization' ? '{"status":403' : '{"status":404';
      for (const { ids, alias } of traces.filter(
        ({ ids: { organization } }) => !isShared || organization !== own.ids.organization,
      )) {
        for (const foreign of kind === 'workflow' ? [ids.workflow, alias] : [ids[kind]]) {
          const other = foreign === alias ? 'no-such-alias' : unknown(kind, foreign);
          const [found, missing] = await Promise.all(
            [foreign, other].map(async (id) => {
              const reply = await send(operation, naming(operation, id), headers);
              if (makesItsOwn(operation)) await send({ method: 'DELETE' }, naming(operation, id), headers);
              return makesItsOwn(operation) ? `${reply.status}` : shape(reply, id);
            }),
          );
          if (found !== missing || !(makesItsOwn(operation) || found!.startsWith(wanted)))
            wrong.push(`${title} of ${foreign}: ${found} instead of ${missing}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(await Promise.all(traces.map((trace) => trace.look()))).toEqual(before);
  });

  test('is not reached by a second name beside one of ours', async () => {
    const [, foreign] = traces as [Trace, Trace];
    const boss = tenants.headers('organisation owner');
    const ask = async (method: string, path: string, body?: unknown) => {
      const { status, body: said } = await tenants.host.api(method, path, body, boss);
      return [status, said?.code];
    };
    const { organization, group } = own.ids;
    const GONE = [404, 'ACCESS_NOT_FOUND'];
    for (const user of [foreign.ids.member, crypto.randomUUID()]) {
      expect(await ask('PUT', `/groups/${group}/users/${user}`)).toEqual(GONE);
      expect(await ask('PUT', '/members', { user, role: 'viewer' })).toEqual(GONE);
      expect(await ask('PUT', `/organizations/${organization}/members`, { user, role: 'viewer' })).toEqual(GONE);
      expect(await ask('DELETE', `/organizations/${organization}/members/${user}`)).toEqual(GONE);
      expect(await ask('GET', `/access/explain?scope=run:read&actor=${user}`)).toEqual(GONE);
    }
    for (const workspace of [foreign.ids.workspace, crypto.randomUUID()]) {
      const invited = { email: 'guest@example.com', workspaces: [{ workspace, role: 'viewer' }] };
      expect((await ask('POST', '/invitations', { ...invited, role: 'organization-admin' }))[0]).toBe(404);
      expect(await ask('GET', `/access/explain?scope=run:read&workspace=${workspace}`)).toEqual([
        404,
        'WORKSPACE_NOT_FOUND',
      ]);
      expect((await ask('POST', '/api-keys', { name: 'x', workspace }))[0]).toBe(404);
    }
    for (const role of [foreign.ids.role, 'role-of-nobody'])
      expect(await ask('PUT', '/members', { group, role })).toEqual(GONE);
    expect(await ask('POST', '/workspaces', { name: 'x', organization: foreign.ids.organization })).toEqual([
      403,
      'ACCESS_DENIED',
    ]);
  });

  test('is in no list, and not behind a filter or a cursor that names it', async () => {
    const lists = operations.filter(
      ({ method, scopeIn, pathNames, isStream, path }) =>
        method === 'GET' && scopeIn !== 'host' && pathNames.length === 0 && !isStream && !ASKS_ABOUT.test(path),
    );
    const wrong: string[] = [];
    let seen = 0;
    for (const operation of lists) {
      const queries = operation.queryNames.flatMap((name): Record<string, string | undefined>[] => {
        const kind = QUERIES[name];
        if (kind !== undefined) return traces.map(({ ids }) => ({ [name]: ids[kind] }));
        return name === 'cursor' ? traces.map(({ cursors }) => ({ cursor: cursors[operation.path] })) : [];
      });
      for (const query of [{}, ...queries]) {
        const text = new URLSearchParams(Object.entries(query).filter((pair): pair is [string, string] => !!pair[1]));
        const path = `${operation.path}?${text}`;
        const isShared = operation.scopeIn === 'organization';
        const reply = await send(operation, { path }, isShared ? tenants.headers('organisation owner') : asOwner());
        const answer = JSON.stringify(withoutOwnRows(operation, reply.body)).replaceAll(
          /"detail":"[^"]*"|\\"[^"]*\\"/g,
          '',
        );
        seen += Number(Object.values(own.ids).some((id) => answer.includes(id)));
        for (const { ids, marker } of traces.filter(
          (trace) => !isShared || trace.ids.organization !== own.ids.organization,
        ))
          if (marksOf(ids, marker).some((mark) => answer.includes(mark)) && !isEcho(query, answer))
            wrong.push(`${path}: ${answer.slice(0, 300)}`);
      }
    }
    expect(wrong).toEqual([]);
    // The lists do show what is ours.
    expect(seen).toBeGreaterThan(3);
  });

  /** The audit log tells us what we ourselves asked for, and that is all that we see of it. */
  const withoutOwnRows = ({ path }: ApiOperation, body: any) => {
    if (!path.startsWith('/api/audit')) return body;
    const rows: any[] =
      body.items ??
      String(body)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    return rows.filter(({ actor }) => !/^(owner|organisation\.owner)@/.test(actor?.name));
  };
  /** Two workspaces of one organisation have that in common. */
  const marksOf = ({ organization, ...ids }: Trace['ids'], marker: string) => [
    ...Object.values(ids),
    ...(organization === own.ids.organization ? [] : [organization]),
    marker,
    marker.toLowerCase(),
  ];

  const isEcho = (query: object, answer: string) => Object.keys(query).length > 0 && answer.includes('_NOT_FOUND');

  test('counts nowhere', async () => {
    const { body } = await tenants.host.api('GET', '/runs/stats', undefined, asOwner());
    expect(body.total).toBe(own.runs);
  });

  test('is refused one by one where many are asked for', async () => {
    for (const action of ['cancel', 'terminate', 'pause', 'resume', 'retry']) {
      for (const { ids, look } of traces) {
        const before = await look();
        const missing = crypto.randomUUID();
        const many = { action, ids: [ids.run, missing] };
        const { body } = await tenants.host.api('POST', '/runs/bulk', many, asOwner());
        const codes = body.failed.map(({ code }: { code: string }) => code);
        expect([body.done, ...codes]).toEqual([0, 'RUN_NOT_FOUND', 'RUN_NOT_FOUND']);
        const all = { action, filter: { status: 'running' } };
        if (action === 'pause') await tenants.host.api('POST', '/runs/bulk', all, asOwner());
        expect(await look()).toEqual(before);
      }
    }
  });

  test('cannot be called by a schedule that somebody makes here', async () => {
    for (const { ids, alias } of traces) {
      for (const workflow of [ids.workflow, `${alias}`]) {
        const body = { workflow, spec: { every: '1h' } };
        expect(await tenants.host.api('POST', '/schedules', body, asOwner())).toMatchObject({
          status: 404,
          body: { code: 'WORKFLOW_NOT_FOUND' },
        });
      }
    }
  });

  test('does not appear in the stream of all runs, from wherever that begins', async () => {
    const leaving = new AbortController();
    const answer = await fetch(`${tenants.host.url}/api/runs/events`, {
      headers: { ...asOwner(), 'last-event-id': String(Date.now() - 600_000) },
      signal: leaving.signal,
    });
    for (const trace of [...traces, own]) await trace.run();
    let text = '';
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      // Of the four runs of a trace one ends at once, and one more has been started.
      if (text.split('event: ended').length > 2) break;
    }
    leaving.abort();
    expect(text).toContain(own.ids.workflow);
    for (const { ids } of traces) expect(text).not.toContain(ids.workflow);
  });

  test('shares neither aliases nor keys nor the workflows that runs call by name', async () => {
    const answers = [];
    for (const place of [tenants.ours, tenants.theirs]) {
      const headers = { ...tenants.headers('host', place), 'idempotency-key': 'the same' };
      const started = await tenants.host.api('POST', '/workflows/caller/runs?wait=result', { input: null }, headers);
      answers.push(started.body);
    }
    expect(answers).toEqual([own.marker, traces[0]!.marker]);
  });

  test('is no way to speak for others: people answer here as themselves, and let others in only where they may invite', async () => {
    const ask = async (name: string, path: string, body: object) =>
      tenants.host.api('POST', `/interactions/${own.ids.interaction}/${path}`, body, tenants.headers(name));
    const boss = { approver: 'boss@example.com' };
    for (const stated of [boss, { groups: ['bosses'] }]) {
      expect((await ask('editor', 'approve', stated)).body.code).toBe('HTTP_INVALID_REQUEST');
      expect((await ask('editor', 'respond', { ...stated, decision: 'approve' })).body.code).toBe(
        'HTTP_INVALID_REQUEST',
      );
      expect((await ask('editor', 'links', stated)).body.code).toBe('ACCESS_DENIED');
    }
    expect((await ask('admin', 'links', boss)).status).toBe(201);
    expect((await ask('editor', 'links', {})).status).toBe(201);
    expect((await ask('editor', 'approve', {})).body.decisions).toMatchObject([{ approver: 'editor@example.com' }]);
  });

  test('is reached by its webhook, which starts its run there', async () => {
    const [{ webhook }] = traces as [Trace];
    const body = '{"from":"a sender"}';
    const signature = `sha256=${createHmac('sha256', webhook.secret).update(body).digest('hex')}`;
    const headers = { 'content-type': 'application/json', 'x-backplane-signature': signature };
    const started = await call(`${tenants.host.url}${webhook.path}`, 'POST', body, headers);
    expect(started.status).toBe(202);
    const path = `/runs/${started.body.runId}`;
    const there = tenants.headers('owner elsewhere', tenants.theirs);
    expect((await tenants.host.api('GET', path, undefined, there)).status).toBe(200);
    expect((await tenants.host.api('GET', path, undefined, asOwner())).status).toBe(404);
  });
});
