import { raise } from '../../errors/catalogue.ts';
import type { Findings } from '../../language/source/findings.ts';
import type { InteractionDefinition } from '../workflow-definition.ts';
import type { MappingReader } from './mapping-reader.ts';

const MAX_APPROVERS = 100;
const HINTS = { kind: 'type', approvers: 'required_approvers', groups: 'approver_groups', text: 'message' };
const OF_APPROVALS = 'only an `approval` has it';
const NOT_OF_RESPONSES = { required_approvers: OF_APPROVALS, approver_groups: OF_APPROVALS, approve_if: OF_APPROVALS };

/** Reads `interaction`: whom the step asks once its action has run. `ref` and `forEach` are those of the action. */
export function readInteraction(
  findings: Findings,
  reader: MappingReader,
  { ref, forEach }: { readonly ref: string; readonly forEach: readonly string[] | undefined },
): InteractionDefinition | undefined {
  const written = reader.record('interaction');
  if (written === undefined || Object.keys(written).length === 0) return undefined;
  if (forEach !== undefined && forEach.length > 0) {
    findings.atKey([...reader.path, 'interaction'], raise.WORKFLOW_INTERACTION_FOR_EACH({ ref }));
  }
  const isResponse = written['type'] === 'response';
  return reader.nested('interaction', '`interaction`', read, {
    hints: HINTS,
    ...(isResponse && { withoutEffect: NOT_OF_RESPONSES }),
  });
}

function read(reader: MappingReader): InteractionDefinition {
  const type = (reader.require('type') ? reader.choice('type', ['response', 'approval']) : undefined) ?? 'response';
  const timeout = reader.number('timeout', { min: 0.001 });
  const message = reader.text('message');
  const common = { ...(timeout !== undefined && { timeout }), ...(message !== undefined && { message }) };
  if (type === 'response') return { type, ...common, requiredApprovers: 1, approverGroups: [] };
  const approveIf = reader.text('approve_if');
  return {
    type,
    ...common,
    requiredApprovers: reader.number('required_approvers', { min: 1, max: MAX_APPROVERS, integer: true }) ?? 1,
    approverGroups: reader.texts('approver_groups') ?? [],
    ...(approveIf !== undefined && { approveIf }),
  };
}
