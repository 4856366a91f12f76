import { isDeepStrictEqual } from 'node:util';
import { plainNumbers } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { addFunction } from '../../language/functions/added-functions.ts';
import { findFunction } from '../../language/functions/function-table.ts';
import { toData } from '../../language/values/to-data.ts';
import type { Value } from '../../language/values/value.ts';
import { resultData } from '../actions/result-data.ts';
import type { MountedContribution } from '../contributions/read-mounted.ts';
import type { Mounted } from '../contributions/shapes.ts';
import { thrownText } from '../thrown-text.ts';
import { isWholeError } from '../whole-error.ts';

type PluginFunction = Mounted['expression-function'];

/**
 * Makes the functions of a plugin part of the expression language, all or none, after each gave what its examples say.
 * Throws PLUGIN_FUNCTION_NAME, PLUGIN_FUNCTION_EXAMPLE.
 */
export function addPluginFunctions(plugin: string, mounted: readonly MountedContribution[]): Disposable {
  using held = new DisposableStack();
  const prefix = `${plugin.replaceAll('-', '_')}_`;
  for (const one of mounted) {
    if (one.kind !== 'expression-function') continue;
    const { value } = one;
    const { name, parameters, summary } = value;
    if (!name.startsWith(prefix))
      throw raise.PLUGIN_FUNCTION_NAME({ plugin, name, problem: `it does not begin with \`${prefix}\`` });
    checkExamples(plugin, value);
    const added =
      findFunction(name) === undefined
        ? addFunction({
            name,
            parameters: parameters.map((parameter) => parameter.replace('?', '')),
            minArguments: parameters.filter((parameter) => !parameter.endsWith('?')).length,
            maxArguments: parameters.length,
            summary,
            call: (args) => callPlain(plugin, value, args),
          })
        : undefined;
    if (added === undefined) throw raise.PLUGIN_FUNCTION_NAME({ plugin, name, problem: 'another function has it' });
    held.use(added);
  }
  return held.move();
}

function checkExamples(plugin: string, value: PluginFunction): void {
  for (const [index, { args, gives }] of value.examples.entries()) {
    const got = callPlain(plugin, value, args as readonly Value[]);
    if (!isDeepStrictEqual(plainNumbers(got), plainNumbers(resultData(gives))))
      throw raise.PLUGIN_FUNCTION_EXAMPLE({ plugin, name: value.name, number: index + 1 });
  }
}

function callPlain(plugin: string, { name, call }: PluginFunction, args: readonly Value[]): Value {
  const failed = (problem: string, cause?: unknown) =>
    raise.PLUGIN_FUNCTION_FAILED({ plugin, name, problem }, cause === undefined ? {} : { cause });
  try {
    const result = call(...args.map((arg) => plainNumbers(toData(arg))));
    // A promise would be of another tier, or of an author who forgot: expressions do not wait.
    if (result instanceof Promise) {
      result.catch(() => {});
      throw failed('it answers later; a function of the language answers at once');
    }
    return resultData(result ?? null) as Value;
  } catch (thrown) {
    throw isWholeError(thrown) ? thrown : failed(thrownText(thrown), thrown);
  }
}
