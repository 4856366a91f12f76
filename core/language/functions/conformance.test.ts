import { existsSync, readFileSync } from 'node:fs';
import { parseJson, stringifyJson } from '@backplane/sdk';
import { describe, expect, test } from 'vitest';
import { castTo } from '../values/casts.ts';
import { isEqual } from '../values/equality.ts';
import { compareValues } from '../values/ordering.ts';
import { parseIsoDateTime } from '../values/parse-iso.ts';
import { pythonRepr } from '../values/render.ts';
import { TimeDelta } from '../values/time-delta.ts';
import { toData } from '../values/to-data.ts';
import type { Value } from '../values/value.ts';
import type { ExpressionFunction } from './expression-function.ts';
import { findFunction } from './function-table.ts';

interface Case {
  readonly test: string;
  readonly kind: string;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: string;
}

const file = new URL('../../../../shared/conformance/expressions.json', import.meta.url);
const cases = existsSync(file)
  ? (parseJson(readFileSync(file, 'utf8')) as Case[]).filter(({ kind }) => kind === 'fn')
  : [];

const UNORDERED = /^(?:unique|union|intersection|difference|symmetric_difference|extract_\w+)$/;
const CLOCK_OR_RANDOM = new Set(['now', 'utcnow', 'today', 'wall_clock', 'generate_uuid']);

/** Why a case says nothing about a function of ours. */
function notComparable({ name, args }: Case): string | undefined {
  if (CLOCK_OR_RANDOM.has(name))
    return 'depends on the clock or on chance; tested with a scope in now-functions.test.ts';
  if (name === 'mappable') return 'decorates Python functions';
  if (JSON.stringify(args).includes('"$py"')) return 'holds a Python object that has no value here';
  if (/"\$map":\[\[\{"\$tuple"/.test(JSON.stringify(args))) return 'has a tuple as a key; keys are strings here';
  return undefined;
}

function untagged(value: unknown): Value {
  if (Array.isArray(value)) return value.map(untagged);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value as Value;
  const [[tag, content] = ['', undefined]] = Object.entries(value);
  switch (tag) {
    case '$datetime':
      return parseIsoDateTime(content)!;
    case '$date':
      return Temporal.PlainDate.from(content);
    case '$time':
      return Temporal.PlainTime.from(content);
    case '$timedelta':
      return new TimeDelta(Math.round(Number(content) * 1e6));
    case '$tuple':
      return content.map(untagged);
    // Keys that are no strings are what they print as.
    case '$map':
      return Object.fromEntries(
        content.map(([key, item]: [unknown, unknown]) => [printed(untagged(key)), untagged(item)]),
      );
    case '$bytes':
      return Buffer.from(content, 'hex').toString('utf8');
    default:
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, untagged(item)]));
  }
}

const printed = (key: Value) => (typeof key === 'string' ? key : pythonRepr(key));

function bound(target: ExpressionFunction, { args, kwargs }: Case): Value[] {
  const values = args.map(untagged);
  for (const [name, value] of Object.entries(kwargs)) values[target.parameters.indexOf(name)] = untagged(value);
  return Array.from(values, (value) => value ?? null);
}

/** Equal, and of the same JSON length, since `2 == 2.0`; keys may come in another order. */
function same(actual: Value, expected: Value): boolean {
  return isEqual(actual, expected) && stringifyJson(toData(actual)).length === stringifyJson(toData(expected)).length;
}

const comparable = cases.filter((entry) => notComparable(entry) === undefined && entry.name !== 'cast');

describe.skipIf(cases.length === 0)(
  'recorded results of the original functions (skipped without ../shared/conformance)',
  () => {
    test.each(
      comparable.map((entry, index) => [`${index} ${entry.name} ${entry.test}`, entry] as const),
    )('%s', (_, entry) => {
      const target = findFunction(entry.name);
      if (target === undefined) throw new Error(`FN.${entry.name} does not exist`);
      const call = () => target.call(bound(target, entry), {});
      if (entry.error !== undefined) {
        expect(call).toThrow(expect.objectContaining({ code: expect.stringMatching(/^LANGUAGE_/) }));
        return;
      }
      const sorted = (value: Value) =>
        UNORDERED.test(entry.name) && Array.isArray(value) ? [...value].sort(byText) : value;
      const [actual, expected] = [sorted(call()), sorted(untagged(entry.result))];
      expect(same(actual, expected), `${pythonRepr(actual)} is not ${pythonRepr(expected)}`).toBe(true);
    });

    test.each(
      cases.filter(({ name }) => name === 'cast').map((entry) => [entry.args[1], entry] as const),
    )('cast to %s', (_, entry) => {
      expect(same(castTo(entry.args[1] as 'int', untagged(entry.args[0])), untagged(entry.result))).toBe(true);
    });

    test('only what depends on the clock, chance or Python objects is left out', () => {
      expect(cases).toHaveLength(646);
      expect(new Set(cases.map(notComparable)).size).toBe(5);
      expect(cases.filter(notComparable)).toHaveLength(18);
    });
  },
);

function byText(left: Value, right: Value): number {
  return compareValues(pythonRepr(left), pythonRepr(right));
}
