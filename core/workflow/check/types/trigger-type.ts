import { stringifyJson } from '@backplane/sdk';
import { tryCoerce } from '../../../language/types/coerce.ts';
import { parseType } from '../../../language/types/parse-type.ts';
import type { InputDeclaration, WorkflowDefinition } from '../../workflow-definition.ts';
import { NULL, oneOf, type StaticType } from './static-type.ts';
import { typeOfInput } from './type-of-input.ts';

/** By name: what the declared inputs of a workflow are when a run begins. A trigger that is no map is left out of account: nothing can be read from it. */
export function triggerFields({ entrypoint }: WorkflowDefinition): ReadonlyMap<string, StaticType> {
  return new Map(Object.entries(entrypoint.expects ?? {}).map(([name, field]) => [name, typeOfDeclared(field)]));
}

/** A default is taken as it is written, whatever the type says. */
function typeOfDeclared(field: InputDeclaration): StaticType {
  const declared = parseType(field.type);
  const type = typeOfInput(declared);
  if (!Object.hasOwn(field, 'default')) return type;
  if (field.default === null) return oneOf(type, NULL);
  const converted = tryCoerce(declared, field.default, '');
  return converted.ok && stringifyJson(converted.value) === stringifyJson(field.default) ? type : 'unknown';
}
