import { describe, expect, test } from 'vitest';
import { parseYaml } from '../language/source/parse-yaml.ts';
import { checkWorkflow } from './check-workflow.ts';
import { prepareTrigger } from './prepare-trigger.ts';
import { testRegistry } from './test-registry.fixture.ts';

const definition = (expects: string) =>
  checkWorkflow(
    parseYaml(`{title: T, entrypoint: {expects: {${expects}}}, actions: [{ref: a, action: core.http}]}`, 'w.yaml'),
    testRegistry(),
  ).definition!;

describe('prepareTrigger', () => {
  const workflow = definition(
    'host: {type: str}, port: {type: int, default: 443}, tags: {type: "list[str]", default: null}',
  );

  test('converts, adds defaults, keeps what is not declared', () => {
    expect(prepareTrigger(workflow, { host: 'a', port: '80', other: 1 })).toEqual({
      host: 'a',
      port: 80,
      tags: null,
      other: 1,
    });
    expect(prepareTrigger(workflow, { host: 'a' })).toEqual({ host: 'a', port: 443, tags: null });
  });

  test('tells every problem at once', () => {
    expect(() => prepareTrigger(workflow, { port: 'x' })).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        message: expect.stringMatching(/TRIGGER\.host[\s\S]*TRIGGER\.port/),
      }),
    );
  });

  test('no input counts as an empty one; text and lists pass as they are', () => {
    expect(() => prepareTrigger(workflow, null)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
    expect(prepareTrigger(definition('port: {type: int, default: 1}'), undefined)).toEqual({ port: 1 });
    expect(prepareTrigger(workflow, 'raw')).toBe('raw');
    expect(prepareTrigger(workflow, [1])).toEqual([1]);
  });

  test('without `expects` anything goes', () => {
    expect(prepareTrigger(definition(''), { x: 1 })).toEqual({ x: 1 });
    expect(prepareTrigger(definition(''), undefined)).toBeNull();
  });

  test('a hostile key stays data', () => {
    const prepared = prepareTrigger(workflow, JSON.parse('{"host": "a", "__proto__": {"port": 1}}')) as object;
    expect(Object.getPrototypeOf(prepared)).toBeNull();
    expect(prepared).toHaveProperty('port', 443);
  });
});
