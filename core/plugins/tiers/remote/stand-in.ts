import { defineAction, definePlugin } from '@backplane/sdk';
import { z } from 'zod';
import { raise } from '../../../errors/catalogue.ts';
import { checkConstant } from '../../../registry/arguments/check-constant.ts';
import type { JsonSchema } from '../../../registry/arguments/json-schema.ts';
import type { SchemaIssue } from '../../actions/standard-schema.ts';
import { type AdoptedPlugin, adoptPlugin } from '../../adopt-plugin.ts';
import type { Manifest } from '../../manifest/manifest-schema.ts';

const schema = z.record(z.string(), z.unknown());
const description = z.object({
  takesConfig: z.boolean(),
  starts: z.boolean(),
  actions: z.array(z.looseObject({ name: z.string(), input: schema, output: schema.optional() })).max(10_000),
});

/** What stands in for the plugin's code here; the code is elsewhere. */
export interface Elsewhere {
  checkConfig(config: unknown): Promise<readonly SchemaIssue[] | null>;
  start(context: object): Promise<void>;
  run(action: string, call: object): Promise<unknown>;
}

/**
 * A plugin made of what its side says of it, checked by the very code that checks plugins in this process: a plugin that lies about
 * itself over there is found out here. Results are compared with the JSON Schema that was promised. Input is not: schemas
 * convert (`"5"` for a number), which JSON Schema cannot say, and a plugin that lets wrong input in wrongs itself only.
 * Throws what {@link adoptPlugin} throws.
 */
export function standIn(claim: unknown, manifest: Manifest, elsewhere: Elsewhere): AdoptedPlugin {
  const read = description.safeParse(claim);
  if (!read.success)
    throw raise.PLUGIN_EXPORT_INVALID({ id: manifest.id, problem: 'describes itself in a way that makes no sense' });
  const { takesConfig, starts, actions } = read.data;
  const contributes = actions.map(({ input, output, ...data }) =>
    defineAction({
      ...data,
      input: remoteSchema(input, () => []),
      ...(output === undefined ? {} : { output: remoteSchema(output, (value) => outputIssues(value, output)) }),
      run: (call: object) => elsewhere.run(data.name, call),
    } as never),
  );
  const plugin = definePlugin({
    id: manifest.id,
    contributes,
    ...(takesConfig ? { config: configSchema(elsewhere) } : {}),
    ...(starts ? { start: (context: object) => elsewhere.start(context) } : {}),
  } as never);
  return adoptPlugin(plugin, manifest);
}

function remoteSchema(json: JsonSchema, issues: (value: unknown) => readonly SchemaIssue[]) {
  const describe = () => json;
  return {
    '~standard': {
      version: 1,
      vendor: 'backplane',
      validate(value: unknown) {
        const found = issues(value);
        return found.length === 0 ? { value } : { issues: found };
      },
      jsonSchema: { input: describe, output: describe },
    },
  };
}

function outputIssues(value: unknown, json: JsonSchema): SchemaIssue[] {
  return checkConstant(value, json).map(({ path, found, expected }) => ({
    path,
    message: `${found} does not fit, expected ${expected}`,
  }));
}

/** Checked over there, and converted there once more when the plugin starts: converted values need not be data. */
function configSchema(elsewhere: Elsewhere) {
  return {
    '~standard': {
      version: 1,
      vendor: 'backplane',
      async validate(value: unknown) {
        const issues = await elsewhere.checkConfig(value);
        return issues === null ? { value } : { issues };
      },
    },
  };
}
