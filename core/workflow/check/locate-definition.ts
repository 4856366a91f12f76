import { raise } from '../../errors/catalogue.ts';
import type { Findings } from '../../language/source/findings.ts';
import { type DataRecord, isRecord } from '../../language/values/is-record.ts';
import { kindOfValue } from './kind-of-value.ts';
import { MappingReader } from './mapping-reader.ts';

export interface LocatedDefinition {
  readonly record: DataRecord;
  readonly path: readonly string[];
  /** `strict` of the file around the definition. */
  readonly strict?: boolean;
  /** The schedules that an export keeps beside the definition. */
  readonly schedules?: readonly unknown[];
}

/** Finds the definition in the three forms of a workflow file: `type: workflow`, an export with an envelope, or the bare definition. */
export function locateDefinition(findings: Findings): LocatedDefinition | undefined {
  const { value } = findings.source;
  if (!isRecord(value))
    return refuse(findings, [], value === null ? 'the file is empty' : `it is ${kindOfValue(value)}`);
  const { type } = value;
  if (type === 'action') return refuse(findings, ['type'], 'it is an action template');
  if (type !== undefined && type !== 'workflow') return refuse(findings, ['type'], 'its `type` is something else');
  if (!Object.hasOwn(value, 'definition')) return { record: value, path: [] };

  const envelope = new MappingReader(findings, value, [], 'a workflow file');
  for (const key of ['type', 'workspace_id', 'workflow_id', 'created_at', 'updated_at', 'layout']) envelope.raw(key);
  envelope.number('version', { min: 1, integer: true });
  const strict = envelope.flag('strict');
  const record = envelope.record('definition');
  const schedules = envelope.list('schedules');
  envelope.require('definition');
  envelope.finish({ unsupported: { case_trigger: 'Starting a workflow from a case (`case_trigger`)' } });
  return (
    record && {
      record,
      path: ['definition'],
      ...(strict !== undefined && { strict }),
      ...(schedules !== undefined && { schedules }),
    }
  );
}

function refuse(findings: Findings, path: readonly string[], found: string): undefined {
  findings.atValue(path, raise.WORKFLOW_NOT_A_WORKFLOW({ found }), { expected: 'type: workflow' });
  return undefined;
}
