import { raise } from '../../errors/catalogue.ts';
import type { Problem } from '../../language/source/problem.ts';
import { toProblem } from '../../language/source/to-problem.ts';
import type { DataPath, YamlSource } from '../../language/source/yaml-source.ts';
import { tryCoerce } from '../../language/types/coerce.ts';
import { isRequired } from '../../language/types/coerce-fields.ts';
import { checkNames } from '../arguments/check-names.ts';
import { isConstant, isDynamic } from '../arguments/is-dynamic.ts';
import { isMapping } from './read-fields.ts';
import type { TemplateDefinition } from './template-definition.ts';

/** Static check of the arguments that a step gives to a template: names, and the type of what is constant. */
export function checkTemplateCall(
  definition: TemplateDefinition,
  given: unknown,
  source: YamlSource,
  path: DataPath,
): Problem[] {
  const action = definition.name;
  const args = given ?? {};
  if (isDynamic(args)) return [];
  if (!isMapping(args)) {
    const error = raise.ARGUMENT_TYPE({ action, name: 'args', problem: 'a mapping of names to values is needed' });
    return [toProblem(error, source.positionOf(path), { expected: 'a mapping' })];
  }
  const names = checkNames({
    action,
    args,
    known: Object.keys(definition.inputs),
    required: Object.keys(definition.inputs).filter((name) => isRequired(definition.inputs[name]!)),
    closed: true,
    source,
    path,
  });
  const values = Object.entries(definition.inputs).flatMap(([name, { type }]) => {
    if (!Object.hasOwn(args, name) || !isConstant(args[name])) return [];
    const outcome = tryCoerce(type, args[name], name);
    const issues = outcome.ok ? [] : outcome.issues;
    return issues.map(({ at, expected, got, didYouMean }) => {
      const error = raise.ARGUMENT_TYPE({ action, name, problem: `${got} does not fit` });
      const extras = { expected, ...(didYouMean === undefined ? {} : { didYouMean }) };
      return toProblem(error, source.positionOf([...path, name, ...at]), extras);
    });
  });
  return [...names, ...values];
}
