import { expect, test } from 'vitest';
import { parseYaml } from '../../language/source/parse-yaml.ts';
import { checkArguments } from './check-arguments.ts';
import type { JsonSchema } from './json-schema.ts';

const schema: JsonSchema = {
  type: 'object',
  required: ['url', 'method'],
  properties: {
    url: { type: 'string', minLength: 1 },
    method: { enum: ['GET', 'POST'] },
    headers: { anyOf: [{ type: 'object', additionalProperties: { type: ['string', 'null'] } }, { type: 'null' }] },
    timeout: { type: 'number', exclusiveMinimum: 0, maximum: 300 },
    retries: { type: 'integer' },
    tags: { type: 'array', items: { $ref: '#/$defs/tag' }, maxItems: 2 },
    auth: {
      type: 'object',
      required: ['username'],
      properties: { username: { type: 'string' } },
      additionalProperties: false,
    },
  },
  $defs: { tag: { type: 'string' } },
};

function check(yaml: string, aliases: Record<string, string> = {}) {
  const source = parseYaml(`args:\n${yaml}`, 'f.yaml');
  const { args } = source.value as { args: unknown };
  const problems = checkArguments({ action: 'core.x', schema, args, aliases, source, path: ['args'] });
  return problems.map(({ code, position, expected, didYouMean }) => {
    const place = `${position.line}:${position.column} ${code}`;
    return [place, expected ?? didYouMean].filter((part) => part !== undefined).join(' ');
  });
}

test('right arguments have no problems, expressions may stand anywhere', () => {
  expect(check('  url: http://x\n  method: GET\n  timeout: 2.5\n  retries: 3.0\n  tags: [a]\n  headers: null')).toEqual(
    [],
  );
  expect(check('  url: ${{ inputs.u }}\n  method: ${{ inputs.m }}\n  tags: ${{ steps.a.result }}')).toEqual([]);
  expect(check('  url: a ${{ inputs.u }}\n  method: G${{ inputs.m }}\n  ${{ inputs.k }}: 1')).toEqual([]);
});

test('unknown and missing names are told together, with the nearest name', () => {
  expect(check('  ulr: http://x\n  methd: GET')).toEqual([
    '2:3 ARGUMENT_UNKNOWN url',
    '3:3 ARGUMENT_UNKNOWN method',
    '1:1 ARGUMENT_MISSING',
    '1:1 ARGUMENT_MISSING',
  ]);
});

test('an old name of an argument counts as the new one', () => {
  expect(check('  address: http://x\n  method: GET', { address: 'url' })).toEqual([]);
  expect(check('  address: 5\n  method: GET', { address: 'url' })).toEqual(['2:12 ARGUMENT_TYPE text']);
});

test('constants of a wrong type are found where they stand', () => {
  const found = check(`  url: 5
  method: FETCH
  timeout: 0
  retries: "3"
  headers: {a: 1}
  tags: [a, 2, c]
  auth: {user: x}`);
  expect(found).toEqual([
    '2:8 ARGUMENT_TYPE text',
    '3:11 ARGUMENT_TYPE one of "GET", "POST"',
    '4:12 ARGUMENT_TYPE more than 0',
    '5:12 ARGUMENT_TYPE an integer',
    '6:16 ARGUMENT_TYPE text or null',
    '7:9 ARGUMENT_TYPE at most 2 items',
    '8:16 ARGUMENT_TYPE username',
    '8:9 ARGUMENT_TYPE a "username"',
  ]);
});

test('text around an expression stays text', () => {
  expect(check('  url: x\n  method: GET\n  timeout: 5${{ inputs.t }}')).toEqual(['4:12 ARGUMENT_TYPE a number']);
});

test('arguments must be a mapping', () => {
  expect(check('  - a')).toEqual(['2:3 ARGUMENT_TYPE a mapping']);
  expect(check('  ${{ inputs.all }}')).toEqual([]);
});
