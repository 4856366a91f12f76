/**
 * A host for the tests with several: `node host.fixture.ts DATABASE UPSTREAM MACHINE`. Does what each line of JSON on stdin asks of
 * it, and answers with a line of JSON. `MACHINE` makes it look as if it ran elsewhere.
 */
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { silentLog } from '../../storage/silent-log.fixture.ts';
import { chain, request, testEngine } from '../engine.fixture.ts';
import type { Engine, RunRequest } from '../engine.ts';
import { openPostgresJournal } from '../journal/postgres-journal.ts';
import { workflow } from '../scheduler/run-driver.fixture.ts';

export type Order =
  | { readonly do: 'load'; readonly kind: keyof typeof KINDS; readonly count: number }
  | { readonly do: 'start'; readonly kind: keyof typeof KINDS; readonly key?: string }
  | { readonly do: 'result' | 'events'; readonly runId: string }
  | { readonly do: 'cancel'; readonly runId: string; readonly reason: string }
  | { readonly do: 'leads'; readonly keys: readonly string[] }
  | { readonly do: 'hosts' | 'stop' };

const ECHO = workflow([{ ref: 's1', args: { value: '${{ TRIGGER }}' } }], { returns: '${{ ACTIONS.s1.result }}' });
const call = {
  ref: 'call',
  action: 'core.workflow.execute',
  args: { workflow: 'echo', wait_strategy: 'wait', trigger_inputs: '${{ var.x }}' },
  forEach: ['${{ for var.x in [1, 2, 3] }}'],
};
const KINDS = {
  chain: chain(3),
  caller: workflow([call, { ref: 's1', after: ['call'], args: { value: '${{ ACTIONS.call.result }}' } }], {
    returns: '${{ ACTIONS.s1.result }}',
  }),
  sleeper: workflow(
    [
      { ref: 's1', args: { value: 1 } },
      { ref: 's2', after: ['s1'], startDelay: 1.5, args: { value: '${{ ACTIONS.s1.result + 1 }}' } },
    ],
    { returns: '${{ ACTIONS.s2.result }}' },
  ),
  long: workflow([{ ref: 's1', startDelay: 600, args: { value: 1 } }], { returns: '${{ ACTIONS.s1.result }}' }),
};

const [url, upstream, machine] = process.argv.slice(2) as [string, string, string];
const identity = { machine, pid: process.pid, process: randomUUID() };
const engine: Engine = await testEngine(await openPostgresJournal({ url, log: silentLog, identity }), {
  handlers: { echo: ECHO },
  work: async ({ run: { id, step, idempotencyKey }, args, signal }) => {
    const headers = { 'idempotency-key': idempotencyKey, 'x-began': String(Date.now()) };
    const answer = await fetch(`${upstream}/${id}/${step}`, { method: 'POST', headers, signal });
    await answer.arrayBuffer();
    return args['value'];
  },
});
const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const start = (kind: keyof typeof KINDS, more: Partial<RunRequest> = {}) => engine.start(request(KINDS[kind], more));

const orders: { readonly [name in Order['do']]: (order: never) => unknown } = {
  load: async ({ kind, count }: Order & { do: 'load' }) => {
    let left = count;
    const lane = async () => {
      while (left-- > 0) print({ started: (await start(kind)).runId });
    };
    await Promise.all(Array.from({ length: 32 }, lane));
  },
  start: ({ kind, key }: Order & { do: 'start' }) => start(kind, key === undefined ? {} : { idempotencyKey: key }),
  result: async ({ runId }: { runId: string }) => {
    const { status, result } = await engine.result(runId);
    return { status, result };
  },
  events: async ({ runId }: { runId: string }) => {
    const seen: string[] = [];
    for await (const { event } of engine.events(runId, 0, new AbortController().signal)) seen.push(event.type);
    return seen;
  },
  cancel: ({ runId, reason }: Order & { do: 'cancel' }) => engine.cancel(runId, reason),
  leads: ({ keys }: Order & { do: 'leads' }) => keys.map((key) => engine.leads(key)),
  hosts: () => engine.hosts(),
  stop: () => engine[Symbol.asyncDispose](),
};

print({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
  const { id, order } = JSON.parse(line) as { readonly id: number; readonly order: Order };
  Promise.resolve()
    .then(() => orders[order.do](order as never))
    .then(
      (value) => print({ id, value }),
      (error: Error & { readonly code?: string }) => print({ id, error: error.code ?? error.message }),
    );
}
