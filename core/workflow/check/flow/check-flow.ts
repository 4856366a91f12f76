import { raise } from '../../../errors/catalogue.ts';
import type { Findings } from '../../../language/source/findings.ts';
import type { DataPath } from '../../../language/source/yaml-source.ts';
import { controlKind } from '../../control/control-kind.ts';
import type { Edges } from '../../edges-of.ts';
import type { Edge } from '../../graph.ts';
import type { ActionDefinition } from '../../workflow-definition.ts';
import { dependencyPath } from '../check-dependencies.ts';
import { NEVER, TooManyNodes } from './decision-diagrams.ts';
import { Flow, type FlowQuestion } from './flow.ts';
import { joinProblem, nameOf } from './join-problem.ts';
import { readCondition } from './read-condition.ts';

export interface FlowCheck extends FlowQuestion {
  readonly path: DataPath;
}

const WARNING = { severity: 'warning' } as const;

/** Warns of steps that can never run, error edges that lead nowhere, and joins that a skipped branch breaks. The graph must be sound. */
export function checkFlow(findings: Findings, check: FlowCheck): void {
  const { actions, path, edges } = check;
  try {
    reportSteps(findings, check, new Flow(check));
  } catch (error) {
    if (!(error instanceof TooManyNodes)) throw error;
    reportUndecided(findings, actions, edges, path);
  }
}

function reportSteps(findings: Findings, { actions, path, edges, scopes }: FlowCheck, flow: Flow): void {
  const dead = new Map<number, string>();
  for (const index of actions.keys()) {
    const { breaks, runs, reached, succeeds } = flow.step(index);
    const at = [...path, 'actions', index];
    const isGather = controlKind(actions[index]!.action) === 'gather' && scopes.of[index] !== 0;
    for (const edge of edges.incoming[index]!) reportDeadEdge(findings, actions, path, edge, flow);
    if (breaks !== NEVER) {
      const problem = joinProblem({ actions, edges, flow }, index);
      findings.atValue([...at, 'depends_on'], problem, WARNING);
    }
    const happens = flow.diagrams.and(isGather ? succeeds : runs, reached);
    if (happens === NEVER) dead.set(index, actions[index]!.ref);
  }
  for (const index of dead.keys()) {
    const { breaks, condition } = flow.step(index);
    const { ref } = actions[index]!;
    const at = [...path, 'actions', index];
    // A join that always breaks has been named already.
    if (breaks !== NEVER) continue;
    if (condition === NEVER) {
      findings.atValue([...at, 'run_if'], raise.WORKFLOW_STEP_NEVER_RUNS({ ref, why: { kind: 'condition' } }), WARNING);
      continue;
    }
    const cause = edges.incoming[index]!.find((edge) => flow.taken(edge) === NEVER || dead.has(edge.from));
    const why =
      cause === undefined
        ? ({ kind: 'apart' } as const)
        : ({ kind: 'behind', ref: nameOf(cause, actions), isDead: dead.has(cause.from) } as const);
    findings.atValue([...at, 'depends_on'], raise.WORKFLOW_STEP_NEVER_RUNS({ ref, why }), WARNING);
  }
}

function reportDeadEdge(
  findings: Findings,
  actions: readonly ActionDefinition[],
  path: DataPath,
  edge: Edge,
  flow: Flow,
): void {
  if (edge.on !== 'error' || !flow.cannotFail(edge.from)) return;
  const { ref } = actions[edge.from]!;
  const place = actions[edge.to]!.dependsOn.findIndex((one) => one.ref === ref && one.on === 'error');
  const by = actions[edge.to]!.ref;
  findings.atValue(
    dependencyPath(findings, path, edge.to, place),
    raise.WORKFLOW_ERROR_EDGE_DEAD({ ref, by }),
    WARNING,
  );
}

/** Too many conditions to tell: every join that could break counts as one that may. */
function reportUndecided(findings: Findings, actions: readonly ActionDefinition[], edges: Edges, path: DataPath): void {
  for (const [index, { ref, joinStrategy }] of actions.entries()) {
    const incoming = edges.incoming[index]!;
    if (joinStrategy === 'any' || incoming.length < 2) continue;
    const edge = nameOf(incoming[0]!, actions);
    const error = raise.WORKFLOW_JOIN_MAY_BREAK({ ref, edge, cause: { kind: 'many' } });
    findings.atValue([...path, 'actions', index, 'depends_on'], error, WARNING);
  }
}

/** Conditions that are the same in every run, where a choice was meant. */
export function checkConditions(findings: Findings, actions: readonly ActionDefinition[], path: DataPath): void {
  for (const [index, action] of actions.entries()) {
    const at = [...path, 'actions', index];
    const runIf = readCondition(action.runIf);
    // A plain `true` or `false` switches a step on or off on purpose; that it never runs is said elsewhere.
    if (runIf.kind === 'constant' && runIf.holds && (runIf.isText || typeof action.runIf !== 'boolean')) {
      const data = { ref: action.ref, key: 'run_if', holds: true, isText: runIf.isText } as const;
      findings.atValue([...at, 'run_if'], raise.WORKFLOW_CONDITION_CONSTANT(data), WARNING);
    }
    const until = readCondition(action.retry.retryUntil);
    if (until.kind === 'constant') {
      const place = [...at, 'retry_policy', 'retry_until'];
      const { ref } = action;
      const error = until.holds
        ? raise.WORKFLOW_CONDITION_CONSTANT({ ref, key: 'retry_until', holds: true, isText: until.isText })
        : raise.WORKFLOW_RETRY_ENDLESS({ ref });
      findings.atValue(place, error, WARNING);
    }
    if (controlKind(action.action) !== 'loop-end') continue;
    const condition = readCondition(action.args['condition']);
    if (condition.kind !== 'constant') continue;
    const { holds, isText } = condition;
    const error = raise.WORKFLOW_CONDITION_CONSTANT({ ref: action.ref, key: 'condition', holds, isText });
    findings.atValue([...at, 'args', 'condition'], error, WARNING);
  }
}
