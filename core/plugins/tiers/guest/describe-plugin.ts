import { jsonSchemaOf, type StandardSchema } from '../../actions/standard-schema.ts';
import type { AdoptedPlugin } from '../../adopt-plugin.ts';

/** All of a plugin that is data: functions left out, schemas translated. */
export function describePlugin(plugin: AdoptedPlugin): object {
  return {
    takesConfig: plugin.config !== undefined,
    starts: plugin.start !== undefined,
    actions: plugin.actions.map(({ run: _run, input, output, ...data }) => ({
      ...data,
      input: jsonSchemaOf(input as StandardSchema, 'input'),
      ...(output === undefined ? {} : { output: jsonSchemaOf(output as StandardSchema, 'output') }),
    })),
  };
}
