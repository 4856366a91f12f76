import { raise } from '../../errors/catalogue.ts';
import { Findings } from '../../language/source/findings.ts';
import { isRecord } from '../../language/values/is-record.ts';
import type { ActionRegistry } from '../../registry/runnable-action.ts';
import type { ActionDefinition, WorkflowDefinition } from '../workflow-definition.ts';
import { kindOfValue } from './kind-of-value.ts';
import type { LocatedDefinition } from './locate-definition.ts';
import { MappingReader } from './mapping-reader.ts';
import { readAction } from './read-action.ts';
import { readConcurrency } from './read-concurrency.ts';
import { readEntrypoint } from './read-entrypoint.ts';
import { readRetention } from './read-retention.ts';
import { readTriggers } from './read-triggers.ts';

/** Reads the shape of a definition: keys, types, ranges. Whether its parts fit together is checked afterwards. */
export function readDefinition(
  findings: Findings,
  located: LocatedDefinition,
  registry: ActionRegistry,
): WorkflowDefinition {
  const reader = new MappingReader(findings, located.record, located.path, 'a workflow');
  reader.raw('type');
  reader.require('title');
  const returns = reader.raw('returns');
  const errorHandler = reader.text('error_handler');
  const entrypoint = readEntrypoint(findings, reader);
  const definition: WorkflowDefinition = {
    title: reader.text('title') ?? '',
    description: reader.text('description') ?? '',
    strict: reader.flag('strict') ?? located.strict ?? false,
    entrypoint,
    actions: readActions(findings, reader, registry),
    config: readConfig(reader),
    triggers: readTriggers(findings, reader, entrypoint, located.schedules),
    ...(returns !== undefined && { returns }),
    ...(errorHandler !== undefined && errorHandler !== '' && { errorHandler }),
  };
  reader.finish({ hints: { steps: 'actions', name: 'title', outputs: 'returns', on: 'triggers' } });
  return definition;
}

function readConfig(reader: MappingReader): WorkflowDefinition['config'] {
  const config = reader.nested(
    'config',
    '`config`',
    (inner) => {
      const concurrency = readConcurrency(inner);
      const retention = readRetention(inner);
      return {
        environment: inner.text('environment') ?? 'default',
        timeout: inner.number('timeout', { min: 0 }) ?? 0,
        ...(inner.choice('durability', ['journal', 'none']) === 'none' && { durability: 'none' as const }),
        ...(concurrency !== undefined && { concurrency }),
        ...(retention !== undefined && { retention }),
      };
    },
    { withoutEffect: { scheduler: 'there is one scheduler' } },
  );
  return config ?? { environment: 'default', timeout: 0 };
}

function readActions(findings: Findings, reader: MappingReader, registry: ActionRegistry): readonly ActionDefinition[] {
  if (!reader.require('actions')) return [];
  const written = reader.list('actions');
  if (written === undefined) return [];
  if (written.length === 0) findings.atValue([...reader.path, 'actions'], raise.WORKFLOW_NO_ACTIONS(undefined));
  return written.map((action, index) => {
    const path = [...reader.path, 'actions', index];
    if (isRecord(action)) return readAction(findings, action, path, registry);
    const error = raise.WORKFLOW_TYPE({
      key: `actions[${index}]`,
      expected: 'a mapping',
      found: kindOfValue(action),
    });
    findings.atValue(path, error, { expected: 'a mapping with `ref` and `action`' });
    // Stands in, so that the actions after it keep their places; what it lacks is not worth a word.
    return readAction(new Findings(findings.source), {}, path, registry);
  });
}
