import { expect, test } from 'vitest';
import { raise } from '../../errors/catalogue.ts';
import { parseYaml } from '../../language/source/parse-yaml.ts';
import { hosted, invocation } from './invocation.fixture.ts';
import { lazyAction } from './lazy-action.ts';

const indexed = { name: 'tools.acme.act', aliases: ['tools.acme.old'], origin: 'acme@1.0.0', group: 'acme' };

test('nothing is loaded to know an action by name; everything else loads it', async () => {
  let loads = 0;
  const real = hosted({ aliases: ['tools.acme.old'], run: () => 'done' });
  const action = lazyAction(indexed, () => {
    loads += 1;
    return real;
  });
  expect([action.info.name, action.info.aliases, action.info.origin, action.info.kind]).toEqual([
    'tools.acme.act',
    ['tools.acme.old'],
    'acme@1.0.0',
    'plugin',
  ]);
  expect(loads).toBe(0);
  expect({ ...action.info }).toMatchObject({ ...real.info });
  expect(loads).toBeGreaterThan(0);
  expect(await action.run(invocation({}))).toBe('done');
});

test('when loading fails, describing and checking the action still answer', async () => {
  const broken = raise.PLUGIN_LOAD_FAILED({ id: 'acme', problem: 'broken' });
  const action = lazyAction(indexed, () => {
    throw broken;
  });
  expect(action.info).toMatchObject({
    title: 'tools.acme.act',
    description: expect.stringContaining('broken'),
    inputSchema: {},
    secrets: [],
  });
  const source = parseYaml('args: {}', 'flow.yaml');
  expect(action.check({}, source, ['args'])).toMatchObject([{ code: 'PLUGIN_LOAD_FAILED', position: { line: 1 } }]);
  await expect(action.run(invocation({}))).rejects.toBe(broken);
});
