import { expect, vi } from 'vitest';
import type { Reply } from './host.fixture.ts';

type Api = (method: string, path: string, body?: unknown) => Promise<Reply>;

/** What can be named in an address: of a workspace, and of its organisation. */
export type TraceId =
  | 'workflow'
  | 'run'
  | 'interaction'
  | 'schedule'
  | 'secret'
  | 'variable'
  | 'environment'
  | 'connection'
  | 'member'
  | 'workspace'
  | 'organization'
  | 'organizationSecret'
  | 'organizationVariable'
  | 'role'
  | 'group'
  | 'invitation'
  | 'account'
  | 'session'
  | 'key';

/** One of everything in a workspace, and how to find it elsewhere. */
export interface Trace {
  /** Stands in the titles and results of everything. */
  readonly marker: string;
  readonly alias: string;
  readonly ids: Readonly<Record<TraceId, string>>;
  /** Where the lists of the workspace go on, by path. */
  readonly cursors: Readonly<Record<string, string>>;
  /** Its address, and what signs calls of it. */
  readonly webhook: { readonly path: string; readonly secret: string };
  /** How many runs there are. */
  readonly runs: number;
  /** How everything is now. */
  look(): Promise<unknown>;
  /** One more run, which ends. */
  run(): Promise<void>;
}

const workflow = (title: string, actions: string, more = '') => `type: workflow
definition:
  title: ${title}
  description: ${title}
  actions:
${actions}
${more}`;
const WAITING = '    - { ref: wait, action: core.transform.reshape, start_delay: 3600, args: { value: 1 } }';
const ASKING = `    - ref: ask
      action: core.transform.reshape
      args: { value: 1 }
      interaction: { type: approval, message: May I? }`;

/** What is found by a name or an id besides workflows and runs; all of it has the marker in it. */
async function makeNamed(api: Api, marker: string) {
  const made = async (method: string, path: string, body?: unknown) => {
    const answer = await api(method, path, body);
    expect([path, answer.status < 300, answer.body?.detail]).toEqual([path, true, undefined]);
    return answer.body;
  };
  const secret = { name: `secret_of_${marker}`, values: { KEY: 'a value' } };
  const variable = { values: { marker } };
  await made('POST', '/secrets', secret);
  await made('POST', '/organization/secrets', { ...secret, name: `shared_${marker}` });
  await made('PUT', `/variables/variable_of_${marker}`, variable);
  await made('PUT', `/organization/variables/shared_${marker}`, variable);
  await made('PUT', `/environments/environment-of-${marker}`, {});
  const email = `person-of-${marker}@example.com`;
  const password = `the password of somebody in ${marker}`;
  const person = await made('POST', '/users', { email, password });
  await made('PUT', '/members', { user: email, role: 'viewer' });
  await made('POST', '/auth/login', { email, password });
  const [session] = (await made('GET', `/users/${person.id}/sessions`)).items;
  const { workspace, organization } = await made('GET', '/me');
  return {
    secret: secret.name,
    organizationSecret: `shared_${marker}`,
    variable: `variable_of_${marker}`,
    organizationVariable: `shared_${marker}`,
    environment: `environment-of-${marker}`,
    connection: (await made('PUT', '/connections', { provider: 'github', clientId: marker })).id as string,
    member: person.id as string,
    workspace: workspace as string,
    organization: organization as string,
    role: (await made('POST', '/roles', { name: `role-of-${marker}`, scopes: ['run:read'] })).name as string,
    group: (await made('POST', '/groups', { name: `group-of-${marker}` })).name as string,
    invitation: (await made('POST', '/invitations', { email: `guest-of-${marker}@example.com` })).id as string,
    account: (await made('POST', '/service-accounts', { name: `account-of-${marker}` })).name as string,
    session: session.id as string,
    key: (await made('POST', '/api-keys', { user: person.id, name: marker })).id as string,
  };
}

/** Stores workflows that wait, ask, end and call each other, runs them, and makes a schedule. */
export async function openTraces(api: Api, marker: string): Promise<Trace> {
  const alias = `alias-of-${marker.toLowerCase()}`;
  let runs = 0;
  const store = async (name: string, source: string) => {
    const { status, body } = await api('POST', '/workflows', { alias: name, source });
    expect([status, body.detail]).toEqual([201, undefined]);
    return body.id as string;
  };
  const start = async (name: string, wait = 'false') => {
    const { body } = await api('POST', `/workflows/${name}/runs?wait=${wait}`, { input: null });
    expect(body.runId).toBeDefined();
    runs++;
    return body.runId as string;
  };
  const trigger = `  triggers:\n    - { type: webhook, path: ${marker.toLowerCase()} }\n`;
  const id = await store(alias, workflow(marker, WAITING, trigger));
  await store('asking', workflow(`Asking ${marker}`, ASKING));
  const value = `    - { ref: say, action: core.transform.reshape, args: { value: ${marker} } }`;
  await store('called', workflow(`Called ${marker}`, value, '  returns: ${{ ACTIONS.say.result }}\n'));
  const calling =
    '    - { ref: call, action: core.workflow.execute, args: { workflow_alias: called, wait_strategy: wait } }';
  await store('caller', workflow(`Caller ${marker}`, calling, '  returns: ${{ ACTIONS.call.result }}\n'));
  const run = await start(alias);
  await start('called', 'true');
  const asking = await start('asking');
  const interactions = async () => (await api('GET', '/interactions?status=open')).body.items;
  const [{ id: interaction }] = await vi.waitFor(async () => {
    const open = await interactions();
    expect(open).toHaveLength(1);
    return open;
  }, 20_000);
  expect(interaction).toContain(asking);
  const schedule = await api('POST', '/schedules', { workflow: alias, spec: { every: '24h' }, description: marker });
  const names = await makeNamed(api, marker.toLowerCase());
  const cursors: Record<string, string> = {};
  for (const path of ['/workflows', '/runs']) {
    cursors[`/api${path}`] = (await api('GET', `${path}?limit=1`)).body.nextCursor;
  }
  const webhook = (await api('POST', `/workflows/${alias}/webhook`, {})).body;
  const ids = { ...names, workflow: id, run, interaction, schedule: schedule.body.id as string };
  return {
    marker,
    alias,
    ids,
    cursors,
    webhook,
    get runs() {
      return runs;
    },
    async look() {
      const more = ['/secrets', '/variables', '/environments', '/connections', '/members', '/roles', '/groups'];
      const shared = ['/organization/secrets', '/organization/variables', '/invitations', '/service-accounts'];
      const paths = [
        ...more,
        ...shared,
        `/workspaces/${ids.workspace}`,
        `/workflows/${id}`,
        `/runs/${run}`,
        `/interactions/${interaction}`,
        `/schedules/${ids.schedule}`,
      ];
      return Promise.all([...paths, '/runs?limit=100'].map(async (path) => (await api('GET', path)).body));
    },
    async run() {
      await start('called', 'true');
    },
  };
}
