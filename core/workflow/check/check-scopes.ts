import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { Findings } from '../../language/source/findings.ts';
import type { DataPath } from '../../language/source/yaml-source.ts';
import { controlKind } from '../control/control-kind.ts';
import type { Edges } from '../edges-of.ts';
import type { Edge } from '../graph.ts';
import type { Scope, Scopes } from '../scopes.ts';
import type { ActionDefinition } from '../workflow-definition.ts';
import { dependencyPath } from './check-dependencies.ts';

export interface ScopeCheck {
  readonly actions: readonly ActionDefinition[];
  readonly path: DataPath;
  readonly edges: Edges;
  readonly scopes: Scopes;
}

/** Every scatter and loop is opened and closed once, its parts hang together, and nothing reaches across its bounds. */
export function checkScopes(findings: Findings, check: ScopeCheck): boolean {
  const { actions, path, scopes } = check;
  let sound = checkEdges(findings, check);
  const refuse = (index: number, error: BackplaneError, key = 'action') => {
    findings.atValue([...path, 'actions', index, key], error);
    sound = false;
  };
  for (const index of actions.keys()) {
    const error = closesNothing(check, index);
    if (error !== undefined) refuse(index, error);
    const option = forbiddenOption(actions[index]!);
    if (option !== undefined) {
      refuse(index, raise.WORKFLOW_CONTROL_OPTION({ key: option, action: actions[index]!.action }), optionKey(option));
    }
  }
  // Where edges are wrong, what hangs on them is not worth a word.
  if (!sound) return false;
  for (const scope of scopes.all) for (const [index, error] of checkClosers(check, scope)) refuse(index, error);
  return sound;
}

function checkEdges(findings: Findings, { actions, path, scopes }: ScopeCheck): boolean {
  const where = (scope: number) => describe(scopes.all[scope]!, actions);
  for (const { action, edge, scope, other, otherScope } of scopes.conflicts) {
    const error = raise.WORKFLOW_SCOPE_EDGE({
      ref: actions[action]!.ref,
      on: nameOf(edge, actions),
      where: where(scope),
      other: nameOf(other, actions),
      otherWhere: where(otherScope),
    });
    const place = actions[action]!.dependsOn.findIndex(
      ({ ref, on }) => ref === actions[other.from]!.ref && on === other.on,
    );
    findings.atValue(dependencyPath(findings, path, action, place), error);
  }
  return scopes.conflicts.length === 0;
}

function describe({ kind, opener }: Scope, actions: readonly ActionDefinition[]): string {
  if (kind === 'root') return 'the workflow itself';
  return `the ${kind === 'scatter' ? 'streams' : 'loop'} of \`${actions[opener!]!.ref}\``;
}

function nameOf({ from, on }: Edge, actions: readonly ActionDefinition[]): string {
  return actions[from]!.ref + (on === 'error' ? '.error' : '');
}

/** A gather or loop end that does not stand right inside what it should close. */
function closesNothing({ actions, scopes }: ScopeCheck, index: number): BackplaneError | undefined {
  const { ref, action } = actions[index]!;
  const kind = controlKind(action);
  const { kind: around, opener } = scopes.all[scopes.of[index]!]!;
  const inside = opener === undefined ? undefined : actions[opener]!.ref;
  if (kind === 'gather' && around !== 'scatter') return raise.WORKFLOW_GATHER_WITHOUT_SCATTER({ ref, inside });
  if (kind === 'loop-end' && around !== 'loop') return raise.WORKFLOW_LOOP_START_MISSING({ ref, inside });
  return undefined;
}

function forbiddenOption({
  action,
  forEach,
  retry,
  interaction,
}: ActionDefinition): 'for_each' | 'interaction' | 'retry_until' | undefined {
  const kind = controlKind(action);
  if (kind === undefined || kind === 'subflow') return undefined;
  if (interaction !== undefined) return 'interaction';
  return forEach !== undefined ? 'for_each' : retry.retryUntil !== undefined ? 'retry_until' : undefined;
}

function optionKey(option: string): string {
  return option === 'retry_until' ? 'retry_policy' : option;
}

function* checkClosers(check: ScopeCheck, scope: Scope): Generator<readonly [number, BackplaneError]> {
  const { actions } = check;
  const { kind, opener, closers } = scope;
  if (kind === 'root') return;
  const { ref: start } = actions[opener!]!;
  const [first, ...surplus] = closers;
  for (const index of surplus) {
    const data = { ref: actions[index]!.ref, first: actions[first!]!.ref };
    if (kind === 'scatter') yield [index, raise.WORKFLOW_GATHER_SURPLUS({ ...data, scatter: start })];
    else yield [index, raise.WORKFLOW_LOOP_END_SURPLUS({ ...data, start })];
  }
  if (kind === 'scatter' || surplus.length > 0) return;
  if (first === undefined) yield [opener!, raise.WORKFLOW_LOOP_END_MISSING({ ref: start })];
  else yield* deadEnds(check, scope, first);
}

/** Parts of a loop from which its end cannot be reached: an iteration would be over before they are. */
function* deadEnds(
  { actions, edges, scopes }: ScopeCheck,
  loop: Scope,
  end: number,
): Generator<readonly [number, BackplaneError]> {
  const reaching = new Set([end]);
  for (const index of reaching) {
    for (const { from, on } of edges.incoming[index]!) if (on === 'success') reaching.add(from);
  }
  const gathers = scopes.all.filter(({ parent, kind }) => parent === loop.index && kind === 'scatter');
  const closers = gathers.flatMap((scope) => scope.closers);
  for (const [index, { ref }] of actions.entries()) {
    if ((scopes.of[index] !== loop.index && !closers.includes(index)) || reaching.has(index)) continue;
    const data = { ref, start: actions[loop.opener!]!.ref, end: actions[end]!.ref };
    yield [index, raise.WORKFLOW_LOOP_DEAD_END(data)];
  }
}
