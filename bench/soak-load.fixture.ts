import type { HostProcess } from './host-process.fixture.ts';

/** One piece of work, with a look at its answer. */
export type SoakCall = (host: HostProcess) => Promise<void>;

const step = (ref: string, value: string, more = '') =>
  `  - {ref: ${ref}, action: core.transform.reshape, args: {value: ${value}}${more}}`;

const tenSteps = Array.from({ length: 10 }, (_, i) =>
  i === 0 ? step('s0', '1') : step(`s${i}`, `"\${{ ACTIONS.s${i - 1}.result + 1 }}"`, `, depends_on: [s${i - 1}]`),
);

const hook = (durability: string) => `title: Hook
config: {durability: ${durability}}
triggers: [{type: webhook, auth: {type: api_key, secret: bench.KEY}, respond: result}]
actions:
${step('set', '"${{ TRIGGER.name }}"')}
returns: \${{ ACTIONS.set.result }}
`;

const WORKFLOWS: Readonly<Record<string, string>> = {
  hook: hook('journal'),
  edge: hook('none'),
  ten: `title: Ten\nactions:\n${tenSteps.join('\n')}\nreturns: \${{ ACTIONS.s9.result }}\n`,
  each: `title: Each
actions:
${step('each', '"${{ var.n + 1 }}"', ', for_each: "${{ for var.n in TRIGGER }}", for_each_concurrency: 16')}
returns: \${{ FN.length(ACTIONS.each.result) }}
`,
  scatter: `title: Scatter
actions:
  - {ref: split, action: core.transform.scatter, args: {collection: "\${{ TRIGGER }}"}}
${step('work', '"${{ ACTIONS.split.result }}"', ', depends_on: [split]')}
  - {ref: join, action: core.transform.gather, depends_on: [work], args: {items: "\${{ ACTIONS.work.result }}"}}
returns: \${{ FN.length(ACTIONS.join.result) }}
`,
  parent: `title: Parent
actions:
  - {ref: call, action: core.workflow.execute, args: {workflow: ten, wait_strategy: wait}}
returns: \${{ ACTIONS.call.result }}
`,
  script: `title: Script
actions:
  - {ref: run, action: core.script.run_javascript, args: {script: "function main(n) { return n * 2 }", inputs: {n: 21}}}
returns: \${{ ACTIONS.run.result }}
`,
  failing: `title: Failing
actions:
  - ref: fail
    action: core.require
    args: {conditions: "\${{ 1 == 2 }}"}
    retry_policy: {max_attempts: 3, backoff: {initial: 0.01}}
`,
  waiting: `title: Waiting
actions:
${step('late', '1', ', start_delay: 3600')}
`,
};

export async function addSoakWorkflows(host: HostProcess): Promise<void> {
  for (const [alias, source] of Object.entries(WORKFLOWS)) await host.api('POST', '/workflows', { alias, source });
}

function gives(alias: string, expected: unknown, input: unknown = null): SoakCall {
  return async (host) => {
    const result = await host.api('POST', `/workflows/${alias}/runs?wait=result`, { input });
    if (result !== expected) throw new Error(`${alias} gave ${JSON.stringify(result)}`);
  };
}

function webhook(alias: string): SoakCall {
  return async ({ url }) => {
    const answer = await fetch(`${url}/api/webhooks/${alias}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'open-sesame' },
      body: '{"name":"Ada"}',
    });
    if ((await answer.text()) !== '"Ada"') throw new Error(`${alias} answered ${answer.status}`);
  };
}

const failing: SoakCall = async (host) => {
  const { status } = await host.api('POST', '/workflows/failing/runs?wait=true', { input: null });
  if (status !== 'failed') throw new Error(`failing ended as ${status}`);
};

const cancelled: SoakCall = async (host) => {
  const { runId } = await host.api('POST', '/workflows/waiting/runs', { input: null });
  await host.api('POST', `/runs/${runId}/cancel`, { reason: 'soak' });
  const { status } = await host.api('GET', `/runs/${runId}`);
  if (status !== 'cancelled') throw new Error(`a cancelled run is ${status}`);
};

const list = Array.from({ length: 100 }, (_, i) => i);

export const SOAK_CALLS: readonly (readonly [string, SoakCall])[] = [
  ['webhook', webhook('hook')],
  ['edge', webhook('edge')],
  ['ten', gives('ten', 10)],
  ['forEach', gives('each', 100, list)],
  ['scatter', gives('scatter', 100, list)],
  ['subflow', gives('parent', 10)],
  ['script', gives('script', 42)],
  ['failing', failing],
  ['cancelled', cancelled],
];
