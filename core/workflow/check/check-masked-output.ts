import { raise } from '../../errors/catalogue.ts';
import type { Expression, PathExpression, QueryExpression, Root } from '../../language/expression/expression-node.ts';
import { leadingNames } from '../../language/path/leading-names.ts';
import type { Findings } from '../../language/source/findings.ts';
import { expressionPlaces } from './expression-places.ts';
import type { SoundWorkflow } from './sound-workflow.ts';
import { writtenExpressions } from './written-expressions.ts';

/** What these make of a value still shows it. */
const PASSING: ReadonlySet<string> = new Set(
  'serialize_json serialize prettify_json serialize_yaml join concat format to_base64 to_base64url merge tabulate lookup at and or'.split(
    ' ',
  ),
);

/** Warns where the result of a step with `mask_output` stands in what everybody gets: in `returns` and answers of webhooks. */
export function checkMaskedOutput(findings: Findings, { definition, path }: SoundWorkflow): void {
  const masked = maskedRefs(definition.actions);
  if (masked.size === 0) return;
  for (const { value, path: place, action, contexts } of expressionPlaces(definition, path)) {
    if (action !== undefined || !contexts.includes('ACTIONS')) continue;
    const where = place.at(-1) === 'returns' ? '`returns`' : 'The answer of the webhook';
    for (const { node, path: at, offset } of writtenExpressions(value, place)) {
      for (const { ref, start } of shown(node)) {
        if (!masked.has(ref)) continue;
        const error = raise.WORKFLOW_MASKED_OUTPUT_READ({ ref, where });
        findings.insideText(at, offset + start, error, { severity: 'warning' });
      }
    }
  }
}

/** Those with `mask_output`, and those that do no more than hand on what such a step gave. */
function maskedRefs(actions: SoundWorkflow['definition']['actions']): ReadonlySet<string> {
  const masked = new Set(actions.filter(({ maskOutput }) => maskOutput).map(({ ref }) => ref));
  for (let size = 0; size < masked.size; ) {
    size = masked.size;
    for (const { ref, action, args } of actions) {
      if (action !== 'core.transform.reshape' || masked.has(ref)) continue;
      const reads = [...writtenExpressions(args, [])].flatMap(({ node }) => [...shown(node)]);
      if (reads.some((read) => masked.has(read.ref))) masked.add(ref);
    }
  }
  return masked;
}

/** The results that stand in what an expression gives; not those that it only looks at. */
function* shown(node: Root): Generator<{ ref: string; start: number }> {
  switch (node.kind) {
    case 'path':
    case 'query': {
      const [ref, part = 'result'] = namesOf(node);
      if (node.context === 'ACTIONS' && ref !== undefined && part === 'result') yield { ref, start: node.start };
      break;
    }
    case 'call':
      if (PASSING.has(node.name)) for (const arg of node.args) yield* shown(arg);
      break;
    case 'logical':
      yield* both(node.left, node.right);
      break;
    case 'conditional':
      yield* both(node.whenTrue, node.whenFalse);
      break;
    case 'binary':
      if (node.operator === '+') yield* both(node.left, node.right);
      break;
    case 'cast':
      if (node.type === 'str') yield* shown(node.operand);
      break;
    case 'index':
      yield* shown(node.target);
      break;
    case 'list':
      for (const item of node.items) yield* shown(item);
      break;
    case 'map':
      for (const { value } of node.entries) yield* shown(value);
  }
}

function* both(one: Expression, other: Expression) {
  yield* shown(one);
  yield* shown(other);
}

function namesOf(node: PathExpression | QueryExpression): readonly (string | undefined)[] {
  if (node.kind === 'query') return leadingNames(node.query);
  return node.segments.map((segment) => (typeof segment === 'string' ? segment : undefined));
}
