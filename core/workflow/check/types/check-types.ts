import { raise } from '../../../errors/catalogue.ts';
import type { Findings } from '../../../language/source/findings.ts';
import type { DataPath } from '../../../language/source/yaml-source.ts';
import { isRecord } from '../../../language/values/is-record.ts';
import type { JsonSchema } from '../../../registry/arguments/json-schema.ts';
import type { ActionInfo } from '../../../registry/runnable-action.ts';
import { controlKind } from '../../control/control-kind.ts';
import { enclosing } from '../../scopes.ts';
import { topologicalOrder } from '../../topological-order.ts';
import type { ActionDefinition } from '../../workflow-definition.ts';
import { expressionPlaces } from '../expression-places.ts';
import type { SoundWorkflow } from '../sound-workflow.ts';
import { accepts, misfit } from './fits.ts';
import { resultType } from './result-type.ts';
import { asData, describeType, NULL, oneOf, type StaticType, TEXT } from './static-type.ts';
import { surelySucceeded } from './surely-succeeded.ts';
import { triggerFields } from './trigger-type.ts';
import { type Inferred, type KnownResults, TypeChecker } from './type-checker.ts';
import { typeOfSchema } from './type-of-schema.ts';

interface Result {
  readonly type: StaticType;
  readonly isCertain: boolean;
}

/** Follows types from step to step, and reports what cannot work: arguments, functions, operators, loops, and fields that are not there. */
export function checkTypes(findings: Findings, sound: SoundWorkflow): void {
  const { definition, path, edges, registry } = sound;
  const { actions } = definition;
  const results: Result[] = [];
  const trigger = triggerFields(definition);
  const sure = surelySucceeded(actions, edges);
  const indexes = new Map(actions.map(({ ref }, index) => [ref, index]));
  const knownTo = (reader: number | undefined, around = false): Omit<KnownResults, 'item'> => ({
    trigger,
    result: (ref) => {
      const index = indexes.get(ref);
      const known = index === undefined ? undefined : results[index];
      if (index === undefined || known === undefined) return { type: 'unknown', isCertain: false };
      const type = seenBy(sound, known.type, index, reader, around);
      const isSure = reader !== undefined && ((sure[reader]! >> BigInt(index)) & 1n) === 1n;
      return { type: isSure ? type : oneOf(type, NULL), isCertain: known.isCertain };
    },
  });
  for (const index of topologicalOrder(edges)) {
    const info = registry.get(actions[index]!.action)?.info;
    results[index] = checkAction(findings, actions[index]!, [...path, 'actions', index], info, (around) =>
      knownTo(index, around),
    );
  }
  for (const { value, path: at, action } of expressionPlaces(definition, path)) {
    if (action === undefined) new TypeChecker(findings, { ...knownTo(undefined), item: 'unknown' }).value(value, at);
  }
}

/** A scatter shows those in its streams one item each. */
function seenBy(
  { scopes, definition }: SoundWorkflow,
  type: StaticType,
  read: number,
  reader: number | undefined,
  around: boolean,
): StaticType {
  if (controlKind(definition.actions[read]!.action) !== 'scatter' || reader === undefined) return type;
  const chain = enclosing(scopes.all, scopes.of[reader]!).slice(around ? 1 : 0);
  if (!chain.some(({ opener }) => opener === read) || type === 'unknown') return type;
  return oneOf(...type.map((shape) => (shape.kind === 'list' ? shape.item : 'unknown')));
}

function checkAction(
  findings: Findings,
  action: ActionDefinition,
  at: DataPath,
  info: ActionInfo | undefined,
  known: (around: boolean) => Omit<KnownResults, 'item'>,
): Result {
  const { runIf, environment, waitUntil, retry, forEach, args, unevaluated } = action;
  const plain = new TypeChecker(findings, { ...known(false), item: 'unknown' });
  plain.value(runIf, [...at, 'run_if']);
  plain.value(environment, [...at, 'environment']);
  plain.value(waitUntil, [...at, 'wait_until']);
  const item = forEach === undefined ? 'unknown' : itemType(findings, plain, action, [...at, 'for_each']);
  const isGather = controlKind(action.action) === 'gather';
  let isCertain = info?.kind !== 'template';
  const types = new Map<string, StaticType>();
  for (const [name, written] of Object.entries(args)) {
    if (unevaluated.includes(name)) continue;
    const checker = new TypeChecker(findings, { ...known(isGather && name !== 'items'), item });
    const place = [...at, 'args', name];
    const type = checker.value(written, place, (inferred, where) => {
      if (!inferred.isCertain) isCertain = false;
      checkArgument(findings, info, inferred, { name, at: where, inside: where.slice(place.length) });
    });
    types.set(name, asData(type));
  }
  const own = { type: resultType(action, types, info), isCertain };
  if (retry.retryUntil !== undefined) {
    const before = known(false);
    const result: KnownResults['result'] = (ref) => (ref === action.ref ? own : before.result(ref));
    new TypeChecker(findings, { ...before, result, item: 'unknown' }).value(retry.retryUntil, [
      ...at,
      'retry_policy',
      'retry_until',
    ]);
  }
  return own;
}

/** What `var` holds in a round of a `for_each`. */
function itemType(
  findings: Findings,
  checker: TypeChecker,
  { ref, forEach }: ActionDefinition,
  at: DataPath,
): StaticType {
  const fields = new Map<string, StaticType>();
  let isNested = false;
  for (const [index, text] of forEach!.entries()) {
    const place = findings.isListAt(at) ? [...at, index] : at;
    const found = checker.iterator(text, place);
    if (found === undefined) return 'unknown';
    const { target, iterable, offset } = found;
    const wrong = misfit(iterable.type, ({ kind }) => kind === 'list' || kind === 'str' || kind === 'dict');
    if (wrong !== undefined) {
      const error = raise.WORKFLOW_FOR_EACH_MISFIT({ ref, ...wrong });
      const isWarning = wrong.unlessNull || !iterable.isCertain;
      findings.insideText(place, offset, error, isWarning ? { severity: 'warning' } : {});
    } else if (iterable.type !== 'unknown' && iterable.type.every(({ kind }) => kind === 'str' || kind === 'null')) {
      const error = raise.WORKFLOW_FOR_EACH_TEXT({ ref });
      findings.insideText(place, offset, error, { severity: 'warning' });
    }
    if (target.length > 1) isNested = true;
    fields.set(target[0]!, itemsOf(iterable.type));
  }
  return isNested ? 'unknown' : [{ kind: 'dict', fields }];
}

function itemsOf(type: StaticType): StaticType {
  if (type === 'unknown') return type;
  const items = type.flatMap((shape): StaticType[] =>
    shape.kind === 'list' ? [shape.item] : shape.kind === 'str' || shape.kind === 'dict' ? [TEXT] : [],
  );
  return items.length === 0 ? 'unknown' : asData(oneOf(...items));
}

interface ArgumentPlace {
  readonly name: string;
  readonly at: DataPath;
  /** From the argument to the expression. */
  readonly inside: DataPath;
}

function checkArgument(findings: Findings, info: ActionInfo | undefined, given: Inferred, place: ArgumentPlace): void {
  if (info === undefined) return;
  const { name, at, inside } = place;
  const schema = info.inputSchema as JsonSchema;
  const declared = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties![name] : undefined;
  const found = inside.reduce<JsonSchema | boolean | undefined>(below, declared);
  const expected = typeOfSchema(found, { isConverted: info.kind === 'template' });
  if (expected === 'unknown') return;
  const wrong = misfit(given.type, (shape) => accepts(expected, shape));
  if (wrong === undefined) return;
  const whole = [name, ...inside].join('.');
  const error = raise.WORKFLOW_ARGUMENT_MISFIT({
    action: info.name,
    name: whole,
    expected: describeType(expected),
    ...wrong,
  });
  findings.atValue(at, error, wrong.unlessNull || !given.isCertain ? { severity: 'warning' } : {});
}

/** The schema of a member; undefined where it depends on the value. */
function below(schema: JsonSchema | boolean | undefined, step: string | number): JsonSchema | boolean | undefined {
  if (!isRecord(schema)) return undefined;
  const alternatives = (schema as JsonSchema).anyOf?.filter((one) => isRecord(one) && one['type'] !== 'null');
  if (alternatives !== undefined) return alternatives.length === 1 ? below(alternatives[0], step) : undefined;
  const { type, properties, additionalProperties, items, prefixItems } = schema as JsonSchema;
  const isOnly = (name: string) => type === name || (Array.isArray(type) && type.includes(name));
  if (typeof step === 'number') return isOnly('array') && prefixItems === undefined ? items : undefined;
  if (!isOnly('object')) return undefined;
  return properties !== undefined && Object.hasOwn(properties, step) ? properties[step] : additionalProperties;
}
