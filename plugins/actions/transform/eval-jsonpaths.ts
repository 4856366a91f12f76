import { defineAction } from '@backplane/sdk';
import { z } from 'zod';
import { jsonMap } from './arguments.ts';
import { jsonArgument } from './json-argument.ts';

export const evalJsonpaths = defineAction({
  name: 'core.transform.eval_jsonpaths',
  title: 'Eval JSONPaths',
  summary: 'Gives for each JSONPath what it finds: the value, a list where several match, null where nothing does.',
  group: 'Data transform',
  input: z.strictObject({
    json: jsonMap,
    jsonpaths: z.array(z.string()).describe('The paths, such as `$.user.name`.'),
  }),
  output: z.record(z.string(), z.unknown()),
  uses: ['expressions'],
  effect: 'pure',
  idempotent: 'always',
  exactNumbers: true,
  examples: [{ name: 'one path', input: { json: { a: 1 }, jsonpaths: ['$.a'] }, output: { '$.a': 1 } }],
  run({ input, expressions }) {
    const json = jsonArgument(input.json);
    const found: Record<string, unknown> = Object.create(null);
    for (const path of input.jsonpaths) found[path] = expressions.jsonpath(path, json);
    return found;
  },
});
