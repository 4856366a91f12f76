import { raise } from '../../errors/catalogue.ts';
import type { Findings } from '../../language/source/findings.ts';
import type { DataPath } from '../../language/source/yaml-source.ts';
import type { DataRecord } from '../../language/values/is-record.ts';
import type { ActionRegistry } from '../../registry/runnable-action.ts';
import type { ActionDefinition, Dependency } from '../workflow-definition.ts';
import { MappingReader } from './mapping-reader.ts';
import { readInteraction } from './read-interaction.ts';
import { readRetryPolicy } from './read-retry-policy.ts';
import { readWaitUntil } from './read-wait-until.ts';

const REF = /^[a-z0-9_]+$/;
/** As many items of a `for_each` run at once unless the action says otherwise. */
const DEFAULT_CONCURRENCY = 4;

/** The words that other systems use. */
const HINTS = {
  name: 'ref',
  uses: 'action',
  with: 'args',
  inputs: 'args',
  params: 'args',
  needs: 'depends_on',
  depends: 'depends_on',
  if: 'run_if',
  when: 'run_if',
  condition: 'run_if',
  loop: 'for_each',
  retry: 'retry_policy',
  retries: 'retry_policy.max_attempts',
  timeout: 'retry_policy.timeout',
  delay: 'start_delay',
  concurrency: 'for_each_concurrency',
  approval: 'interaction',
};

/** Reads one entry of `actions`. Actions come next to each other as they are written; the graph is checked elsewhere. */
export function readAction(
  findings: Findings,
  record: DataRecord,
  path: DataPath,
  registry: ActionRegistry,
): ActionDefinition {
  const reader = new MappingReader(findings, record, path, 'an action');
  reader.raw('id');
  const ref = readRef(findings, reader);
  const runIf = readCondition(reader);
  const forEach = reader.texts('for_each');
  const environment = reader.text('environment');
  const description = reader.text('description');
  const waitUntil = readWaitUntil(findings, reader);
  const interaction = readInteraction(findings, reader, { ref, forEach });
  const name = reader.require('action') ? (reader.text('action') ?? '') : '';
  const action: ActionDefinition = {
    ref,
    action: name,
    ...(description !== undefined && { description }),
    args: reader.record('args') ?? {},
    unevaluated: registry.get(name)?.info.unevaluated ?? [],
    dependsOn: (reader.texts('depends_on') ?? []).map(parseDependency),
    ...(runIf !== undefined && { runIf }),
    ...(forEach !== undefined && forEach.length > 0 && { forEach }),
    forEachConcurrency:
      reader.number('for_each_concurrency', { min: 1, max: 64, integer: true }) ?? DEFAULT_CONCURRENCY,
    retry: readRetryPolicy(reader, registry.get(name)?.info.timeoutMs),
    startDelay: reader.number('start_delay', { min: 0 }) ?? 0,
    ...(waitUntil !== undefined && { waitUntil }),
    joinStrategy: reader.choice('join_strategy', ['all', 'any']) ?? 'all',
    ...(environment !== undefined && { environment }),
    ...(interaction !== undefined && { interaction }),
    maskOutput: reader.flag('mask_output') ?? false,
    ...(reader.flag('mask_input') === true && { maskInput: true as const }),
  };
  reader.finish({ hints: HINTS });
  return action;
}

function readRef(findings: Findings, reader: MappingReader): string {
  if (!reader.require('ref')) return '';
  const ref = reader.text('ref') ?? '';
  if (ref !== '' && !REF.test(ref)) findings.atValue([...reader.path, 'ref'], raise.WORKFLOW_REF_INVALID({ ref }));
  return ref;
}

/** An expression, or a plain `true` or `false` as one writes to switch a step off for a while. */
function readCondition(reader: MappingReader): unknown {
  const value = reader.raw('run_if');
  if (value === undefined || typeof value === 'boolean' || typeof value === 'string') return value;
  return reader.bad('run_if', 'must be an expression such as `${{ ACTIONS.check.result.bad }}`');
}

/** `a` and `a.success` are the success edge, `a.error` the error edge. */
export function parseDependency(name: string): Dependency {
  const [, ref, on] = /^(.*?)(?:\.(success|error))?$/s.exec(name)!;
  return { ref: ref!, on: on === 'error' ? 'error' : 'success' };
}
