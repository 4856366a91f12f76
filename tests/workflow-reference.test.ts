import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newRunState } from '../core/executor/scheduler/initial-state.ts';
import type { InteractionAnswer } from '../core/executor/scheduler/interaction-state.ts';
import { reduce } from '../core/executor/scheduler/reduce.ts';
import { runScope } from '../core/executor/scheduler/run-scope.ts';
import { parseYaml } from '../core/language/source/parse-yaml.ts';
import { toData } from '../core/language/values/to-data.ts';
import { checkWorkflow } from '../core/workflow/check-workflow.ts';
import { compileWorkflow } from '../core/workflow/compile-workflow.ts';
import { testRegistry } from '../core/workflow/test-registry.fixture.ts';
import type { WorkflowDefinition } from '../core/workflow/workflow-definition.ts';

const page = readFileSync(join(import.meta.dirname, '../docs/reference/workflows.md'), 'utf8');
const examples = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => text!);

const check = (text: string) => checkWorkflow(parseYaml(text, 'example.yaml'), testRegistry());

/** The example that says it is stored under this alias. */
function companion(alias: string): WorkflowDefinition {
  return check(examples.find((text) => text.includes(`# stored as ${alias}\n`))!).definition!;
}

/** `# ask is answered {…}`, in order. */
function answersIn(text: string): ReadonlyMap<string, readonly object[]> {
  return Map.groupBy(
    [...text.matchAll(/^# (\w+) is answered (.*)$/gm)].map(([, ref, json]) => ({
      ref: ref!,
      answer: JSON.parse(json!),
    })),
    ({ ref }) => ref,
  ) as ReadonlyMap<string, readonly object[]>;
}

/** Runs a workflow of `core.transform.reshape` actions, each of which gives its `value` at once. */
function result(definition: WorkflowDefinition, trigger: unknown, text = ''): unknown {
  const graph = compileWorkflow(definition);
  const state = newRunState();
  const at = 1_800_000_000_000;
  const queue = [...reduce(graph, state, { type: 'RunStarted', at, runId: 'r', trigger, triggerType: 'api', env: {} })];
  for (const command of queue) {
    if (command.type === 'FailRun') throw new Error(command.error.message);
    if (command.type === 'StartChild') {
      const { seq, workflow, input, wait } = command;
      queue.push(...reduce(graph, state, { type: 'ChildStarted', at, seq, runId: `run-${seq}` }));
      const child = { type: 'ChildCompleted', at, seq, result: result(companion(workflow), input) } as const;
      if (wait) queue.push(...reduce(graph, state, child));
    }
    if (command.type === 'IndexInteraction' && command.interaction.status === 'open') {
      const { id, decisions } = command.interaction;
      const { answer } = answersIn(text).get(command.ref)![decisions.length] as { readonly answer: InteractionAnswer };
      const said = { ...answer, id: `answer ${decisions.length}`, via: 'api' } as const;
      queue.push(...reduce(graph, state, { type: 'SignalReceived', at, interaction: id, answer: said }));
    }
    if (command.type !== 'RunAction') continue;
    const { seq, item, action: index, stream } = command;
    const { args } = graph.actions[index]!;
    const scope = runScope({
      graph,
      state,
      reader: args,
      seed: '',
      warn: () => undefined,
      ...(stream !== undefined && { stream }),
      ...(item !== undefined && { item: { action: index, item } }),
    });
    const { value } = toData(args.evaluate(scope)) as { value: unknown };
    queue.push(...reduce(graph, state, { type: 'ActionCompleted', at, seq, result: value }));
  }
  return state.result;
}

describe('the reference of workflows', () => {
  test.each(examples.map((text) => [/title: (.*)/.exec(text)![1]!, text]))('its example "%s" is true', (_, text) => {
    const { problems, definition } = check(text);
    expect(problems).toEqual([]);
    const [, trigger = '{}', gives] = /^# (?:trigger (.*) )?gives (.*)$/m.exec(text) ?? [];
    if (gives !== undefined) expect(result(definition!, JSON.parse(trigger), text)).toEqual(JSON.parse(gives));
  });

  test('it names every key', () => {
    const { problems: all } = check(`
x: 1
title: T
config: {x: 1, concurrency: {limit: 1, x: 1}}
entrypoint: {x: 1, expects: {a: {type: str, x: 1}}}
triggers:
  - {type: webhook, x: 1, auth: {type: hmac, x: 1}, rate_limit: {requests: 1, per_seconds: 1, x: 1}, response: {x: 1}}
  - {type: schedule, every: 5m, inputs: {a: t}, x: 1}
  - {type: schedule, args: {every: 5m, inputs: {a: t}, x: 1}}
actions: [{ref: a, action: core.http, x: 1, interaction: {type: approval, x: 1}, retry_policy: {x: 1, backoff: {x: 1}}}]
`);
    const problems = all.filter(({ severity }) => severity === 'error');
    expect(problems.map(({ code }) => code)).toEqual(new Array(15).fill('WORKFLOW_KEY_UNKNOWN'));
    const keys = problems.flatMap(({ expected }) => expected!.split(', '));
    expect(keys.filter((key) => !page.includes(`\`${key}\``))).toEqual([]);
  });
});
