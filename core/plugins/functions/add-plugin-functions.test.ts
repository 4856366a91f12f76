import { defineExpressionFunction } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { addFunction } from '../../language/functions/added-functions.ts';
import { findFunction, functionNames } from '../../language/functions/function-table.ts';
import type { Scope } from '../../language/template/scope.ts';
import { readMounted } from '../contributions/read-mounted.ts';
import { addPluginFunctions } from './add-plugin-functions.ts';

const mounted = (spec: object) => {
  const value = defineExpressionFunction({
    name: 'acme_twice',
    summary: 'Twice.',
    parameters: ['number', 'more?'],
    examples: [{ args: [2], gives: 4 }],
    call: (number: number) => number * 2,
    ...spec,
  } as never);
  return readMounted({ id: 'acme', capabilities: {} } as never, [
    { kind: 'expression-function', name: 'acme_twice', value: value as never },
  ]);
};
const add = (spec: object = {}) => addPluginFunctions('acme', mounted(spec));
const code = (work: () => unknown) => {
  try {
    work();
    return 'done';
  } catch (error) {
    return (error as { code: string }).code;
  }
};
const scope = {} as Scope;

test('a function is there while its plugin is, and a compiled expression finds it again', () => {
  const first = add();
  const kept = findFunction('acme_twice')!;
  expect(kept).toMatchObject({ minArguments: 1, maxArguments: 2 });
  expect(kept.call([21], scope)).toBe(42);
  expect(functionNames()).toContain('acme_twice');
  first[Symbol.dispose]();
  expect(findFunction('acme_twice')).toBeUndefined();
  expect(code(() => kept.call([21], scope))).toBe('LANGUAGE_FUNCTION_UNKNOWN');
  using _again = add();
  expect(kept.call([21], scope)).toBe(42);
});

test('a name that is not of the plugin, or taken, is refused', () => {
  expect(code(() => add({ name: 'upper' }))).toBe('PLUGIN_FUNCTION_NAME');
  using _held = add();
  expect(code(() => add())).toBe('PLUGIN_FUNCTION_NAME');
  expect(addFunction(findFunction('acme_twice')!)).toBeUndefined();
});

test('an example that does not hold refuses the plugin, and leaves nothing', () => {
  expect(code(() => add({ examples: [{ args: [2], gives: 5 }] }))).toBe('PLUGIN_FUNCTION_EXAMPLE');
  expect(findFunction('acme_twice')).toBeUndefined();
});

test('a function that throws, or answers later, fails with a code', () => {
  expect(code(() => add({ call: () => Promise.resolve(4) }))).toBe('PLUGIN_FUNCTION_FAILED');
  const moody = (number: number) => {
    if (number > 2) throw new Error('too much');
    return number * 2;
  };
  using _held = add({ call: moody });
  expect(code(() => findFunction('acme_twice')!.call([3], scope))).toBe('PLUGIN_FUNCTION_FAILED');
});
