import { BackplaneError } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';
import { nearest } from '../language/source/did-you-mean.ts';
import { Findings } from '../language/source/findings.ts';
import type { Problem } from '../language/source/problem.ts';
import type { DataPath, YamlSource } from '../language/source/yaml-source.ts';
import type { ActionRegistry } from '../registry/runnable-action.ts';
import { advise } from './check/advise.ts';
import { type WorkflowCall, workflowCalls } from './check/calls/workflow-calls.ts';
import { checkActions } from './check/check-actions.ts';
import { checkCredentials } from './check/check-credentials.ts';
import { checkDependencies } from './check/check-dependencies.ts';
import { checkDurability } from './check/check-durability.ts';
import { checkExpressions } from './check/check-expressions.ts';
import { checkScopes } from './check/check-scopes.ts';
import { checkSubflows } from './check/check-subflows.ts';
import { locateDefinition } from './check/locate-definition.ts';
import { type Need, workflowNeeds } from './check/needs/workflow-needs.ts';
import { Reach } from './check/reach.ts';
import { readDefinition } from './check/read-definition.ts';
import { compileWorkflow } from './compile-workflow.ts';
import { edgesOf } from './edges-of.ts';
import { scopesOf } from './scopes.ts';
import type { WorkflowDefinition } from './workflow-definition.ts';

export interface CheckedFile {
  /** In the order of the file. */
  readonly problems: readonly Problem[];
  /** Present when nothing worse than a warning was found; compiles for certain. */
  readonly definition?: WorkflowDefinition;
  /** Secrets and variables without which it fails; known with the definition, as are the calls. */
  readonly needs?: readonly Need[];
  /** Other workflows that it names. */
  readonly calls?: readonly WorkflowCall[];
}

/** Checks a workflow file whole, against the actions that there are, and reads it. Never throws: what is wrong is a problem with a place. */
export function checkWorkflow(source: YamlSource, registry: ActionRegistry): CheckedFile {
  if (source.problems.some(({ severity }) => severity === 'error')) return { problems: source.problems };
  const findings = new Findings(source);
  findings.problems.push(...source.problems);
  const located = locateDefinition(findings);
  if (located === undefined) return { problems: findings.problems };
  const definition = readDefinition(findings, located, registry);
  checkParts(findings, definition, located.path, registry);
  if (!findings.hasErrors) checkCompiles(findings, definition);
  const problems = findings.problems.toSorted(byPosition);
  if (findings.hasErrors) return { problems };
  const sound = { definition, path: located.path, registry };
  const calls = workflowCalls(definition, source, located.path);
  return { problems, definition, needs: workflowNeeds(findings, sound), calls };
}

function checkParts(
  findings: Findings,
  definition: WorkflowDefinition,
  path: DataPath,
  registry: ActionRegistry,
): void {
  const { actions, entrypoint } = definition;
  const isSound = checkDependencies(findings, definition, path);
  checkActions(findings, definition, path, registry);
  checkSubflows(findings, definition, path);
  checkCredentials(findings);
  checkDurability(findings, definition, path);
  const graph = isSound ? soundGraph(findings, definition, path) : undefined;
  const reach = graph && new Reach(actions, graph.edges, graph.scopes);
  const areExpressionsRight = checkExpressions(findings, definition, path, reach);
  if (graph !== undefined && areExpressionsRight) advise(findings, { definition, path, registry, ...graph });
  const { ref } = entrypoint;
  if (ref === undefined || ref === '' || actions.some((action) => action.ref === ref)) return;
  const didYouMean = nearest(
    ref,
    actions.map((action) => action.ref),
  );
  const error = raise.WORKFLOW_ENTRYPOINT_UNKNOWN({ ref, didYouMean });
  findings.atValue([...path, 'entrypoint', 'ref'], error, didYouMean === undefined ? {} : { didYouMean });
}

/** Checks what belongs to which scatter and loop; what expressions may read is known only when that is right. */
function soundGraph(findings: Findings, { actions }: WorkflowDefinition, path: DataPath) {
  const edges = edgesOf(actions);
  const scopes = scopesOf(actions, edges);
  return checkScopes(findings, { actions, path, edges, scopes }) ? { edges, scopes } : undefined;
}

/** Whatever the checks above let through must not fail later, when a run starts. */
function checkCompiles(findings: Findings, definition: WorkflowDefinition): void {
  try {
    compileWorkflow(definition);
  } catch (error) {
    if (!BackplaneError.is(error)) throw error;
    findings.atValue((error.facts.details?.['at'] as DataPath | undefined) ?? [], error);
  }
}

/** By the place in the file. */
export function byPosition(a: Problem, b: Problem): number {
  return a.position.line - b.position.line || a.position.column - b.position.column;
}
