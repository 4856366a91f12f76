import { raise } from '../../../errors/catalogue.ts';
import { nearest } from '../../../language/source/did-you-mean.ts';
import type { Problem } from '../../../language/source/problem.ts';
import { toProblem } from '../../../language/source/to-problem.ts';
import { tryCoerce } from '../../../language/types/coerce.ts';
import { typeText } from '../../../language/types/input-type.ts';
import { parseType } from '../../../language/types/parse-type.ts';
import { isRecord } from '../../../language/values/is-record.ts';
import { isConstant, isDynamic } from '../../../registry/arguments/is-dynamic.ts';
import type { InputDeclaration, WorkflowDefinition } from '../../workflow-definition.ts';
import type { WorkflowCall } from './workflow-calls.ts';

/** A workflow that others can name. */
export interface KnownWorkflow {
  readonly definition: WorkflowDefinition;
  readonly calls: readonly WorkflowCall[];
}

/** Undefined for one with errors. */
export function knownWorkflow({ definition, calls = [] }: Partial<KnownWorkflow>): KnownWorkflow | undefined {
  return definition && { definition, calls };
}

const WARNING = { severity: 'warning' } as const;

/**
 * Warns of calls that will not work with the workflows that are known by now; of those that are there, but broken, nothing is said.
 * `self`: the alias of the caller, if it has one.
 */
export function checkCalls(
  calls: readonly WorkflowCall[],
  known: ReadonlyMap<string, KnownWorkflow | undefined>,
  self?: string,
): Problem[] {
  return calls.flatMap((call) => {
    const { alias, position } = call;
    const called = known.get(alias);
    if (called === undefined && known.has(alias)) return [];
    if (called === undefined) {
      const didYouMean = nearest(alias, known.keys());
      const error = raise.WORKFLOW_SUBFLOW_UNKNOWN({ workflow: alias, version: undefined });
      return [toProblem(error, position, { ...WARNING, ...(didYouMean !== undefined && { didYouMean }) })];
    }
    const circle = self === undefined || call.inputs === undefined ? undefined : circleThrough(self, alias, known);
    const circular =
      circle === undefined ? [] : [toProblem(raise.WORKFLOW_SUBFLOW_RECURSION({ path: circle }), position, WARNING)];
    return [...circular, ...checkInputs(call, called.definition)];
  });
}

/** The way from a workflow through one that it calls back to itself. */
function circleThrough(
  self: string,
  first: string,
  known: ReadonlyMap<string, KnownWorkflow | undefined>,
): readonly string[] | undefined {
  const waysTo = new Map<string, readonly string[]>([[first, [self, first]]]);
  for (const [alias, way] of waysTo) {
    if (alias === self) return way;
    for (const { alias: next, inputs } of known.get(alias)?.calls ?? []) {
      if (inputs !== undefined && !waysTo.has(next)) waysTo.set(next, [...way, next]);
    }
  }
  return undefined;
}

/** What is handed over, as far as it is written out, against what the workflow declares. */
function checkInputs({ alias, inputs }: WorkflowCall, { entrypoint }: WorkflowDefinition): Problem[] {
  const expects = entrypoint.expects ?? {};
  if (inputs === undefined || Object.keys(expects).length === 0) return [];
  const given = inputs.written ?? {};
  // Input that is no map is handed on as it is, whatever is declared.
  if (!isRecord(given) || Object.keys(given).some(isDynamic)) return [];
  const report = (problem: string, at: readonly (string | number)[]) =>
    toProblem(raise.WORKFLOW_SUBFLOW_INPUT({ workflow: alias, problem }), inputs.positionOf(at), WARNING);
  const missing = Object.entries(expects)
    .filter(([name, field]) => !Object.hasOwn(field, 'default') && !Object.hasOwn(given, name))
    .map(([name]) => report(`the input \`${name}\` is missing${meant(name, given, expects)}.`, []));
  const misfits = Object.entries(given).flatMap(([name, value]) => {
    if (!Object.hasOwn(expects, name) || !isConstant(value)) return [];
    const type = parseType(expects[name]!.type);
    const outcome = tryCoerce(type, value, name);
    if (outcome.ok) return [];
    return outcome.issues.map(({ path, at, expected, got }) =>
      report(`\`${path}\` needs ${expected === '' ? typeText(type) : expected}, not ${got}.`, [name, ...at]),
    );
  });
  return [...missing, ...misfits];
}

/** The name that was probably written for a missing one: of those given, only what is not declared comes into question. */
function meant(
  name: string,
  given: Readonly<Record<string, unknown>>,
  expects: Readonly<Record<string, InputDeclaration>>,
): string {
  const near = nearest(
    name,
    Object.keys(given).filter((one) => !Object.hasOwn(expects, one)),
  );
  return near === undefined ? '' : `; is \`${near}\` meant to be it`;
}
