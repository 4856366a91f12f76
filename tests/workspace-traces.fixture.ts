import { expect, vi } from 'vitest';
import type { Reply } from './host.fixture.ts';

type Api = (method: string, path: string, body?: unknown) => Promise<Reply>;

/** One of everything in a workspace, and how to find it elsewhere. */
export interface Trace {
  /** Stands in the titles and results of everything. */
  readonly marker: string;
  readonly alias: string;
  readonly ids: Readonly<Record<'workflow' | 'run' | 'interaction' | 'schedule', string>>;
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
  const cursors: Record<string, string> = {};
  for (const path of ['/workflows', '/runs']) {
    cursors[`/api${path}`] = (await api('GET', `${path}?limit=1`)).body.nextCursor;
  }
  const webhook = (await api('POST', `/workflows/${alias}/webhook`, {})).body;
  const ids = { workflow: id, run, interaction, schedule: schedule.body.id as string };
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
      const paths = [`/workflows/${id}`, `/runs/${run}`, `/interactions/${interaction}`, `/schedules/${ids.schedule}`];
      return Promise.all([...paths, '/runs?limit=100'].map(async (path) => (await api('GET', path)).body));
    },
    async run() {
      await start('called', 'true');
    },
  };
}
