import { BackplaneError, Float } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { coerceFields, type ExpectedFields } from './coerce-fields.ts';
import { parseType } from './parse-type.ts';

const expects: ExpectedFields = {
  host: { type: parseType('str') },
  port: { type: parseType('int'), default: 443 },
  tag: { type: parseType('str | None') },
  note: { type: parseType('int'), default: '${{ not checked }}' },
};

function refusal(values: Record<string, unknown>): BackplaneError {
  try {
    coerceFields(expects, values);
  } catch (error) {
    if (BackplaneError.is(error)) return error;
    throw error;
  }
  throw new Error('accepted');
}

test('values are converted and defaults filled in as they stand', () => {
  expect(coerceFields(expects, { host: 'h', tag: null, port: '80' })).toEqual({
    host: 'h',
    port: 80,
    tag: null,
    note: '${{ not checked }}',
  });
});

test('an input without default is required, even when null is one of its types', () => {
  expect(refusal({ host: 'h' }).message).toBe('inputs.tag: expected str | None, got nothing.');
});

test('unknown, missing and unfit inputs are reported together, with what was meant', () => {
  const error = refusal({ hosst: 'h', port: 'x', tag: 1 });
  expect(error.code).toBe('INPUT_INVALID');
  expect(error.facts.details).toEqual({
    problems: [
      {
        path: 'inputs.hosst',
        at: ['hosst'],
        expected: 'one of host, port, tag, note',
        got: 'an input that is not declared',
        didYouMean: 'host',
      },
      { path: 'inputs.host', at: ['host'], expected: 'str', got: 'nothing' },
      { path: 'inputs.port', at: ['port'], expected: 'int', got: 'a str of 1 character' },
      { path: 'inputs.tag', at: ['tag'], expected: 'str | None', got: '1' },
    ],
  });
});

test('names that objects inherit are neither declared nor given', () => {
  expect(refusal({ host: 'h', tag: null, constructor: 1 }).message).toContain('inputs.constructor');
  expect(coerceFields({ constructor: { type: parseType('int'), default: 1 } }, {})).toEqual({ constructor: 1 });
});

test('an action without inputs says so', () => {
  expect(() => coerceFields({}, { a: new Float(1) })).toThrow(
    'inputs.a: expected no inputs at all, got an input that is not declared.',
  );
});
