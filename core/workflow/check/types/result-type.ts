import type { ActionInfo } from '../../../registry/runnable-action.ts';
import { controlKind } from '../../control/control-kind.ts';
import type { ActionDefinition } from '../../workflow-definition.ts';
import { asData, LIST, oneOf, type StaticType } from './static-type.ts';
import { typeOfSchema } from './type-of-schema.ts';

/** Actions whose result is one of their arguments, or a part of one of the same type. */
const SAME_AS_ARGUMENT: Readonly<Record<string, string>> = {
  'core.transform.reshape': 'value',
  'core.transform.filter': 'items',
};

/** What a step gives, as those behind it read it. `args`: the types of its arguments. */
export function resultType(
  action: ActionDefinition,
  args: ReadonlyMap<string, StaticType>,
  info: ActionInfo | undefined,
): StaticType {
  const one = ofOneCall(action, args, info);
  return action.forEach === undefined ? one : [{ kind: 'list', item: one }];
}

function ofOneCall(
  { action, args: written }: ActionDefinition,
  args: ReadonlyMap<string, StaticType>,
  info: ActionInfo | undefined,
): StaticType {
  switch (controlKind(action)) {
    case 'scatter':
      return args.get('collection') ?? 'unknown';
    case 'gather': {
      const strategy = written['error_strategy'] ?? 'partition';
      const hasErrors = strategy !== 'partition' && strategy !== 'drop' && strategy !== 'raise';
      return hasErrors ? LIST : [{ kind: 'list', item: args.get('items') ?? 'unknown' }];
    }
    case 'subflow':
      return 'unknown';
    default:
  }
  const declared = info?.outputSchema === undefined ? 'unknown' : typeOfSchema(info.outputSchema);
  const same = Object.hasOwn(SAME_AS_ARGUMENT, action) ? args.get(SAME_AS_ARGUMENT[action]!) : undefined;
  if (same === undefined || same === 'unknown') return declared;
  // A filter gives a list whatever it goes over.
  const lists = same.filter(({ kind }) => kind === 'list');
  return asData(action === 'core.transform.filter' ? oneOf(lists.length === same.length ? lists : LIST) : same);
}
