import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '@backplane/sdk';
import { describe, expect, test } from 'vitest';
import { parseYaml } from '../source/parse-yaml.ts';
import { compileIterators } from '../template/compile-iterators.ts';
import { compileTemplate } from '../template/compile-template.ts';
import { splitString } from '../template/split-string.ts';
import { TimeDelta } from '../values/time-delta.ts';
import { parseExpression } from './parse-expression.ts';

const FOLDER = join(import.meta.dirname, '../../../../shared/conformance');
const isPresent = existsSync(FOLDER);

interface Case {
  readonly test: string;
  readonly kind: 'expr' | 'template' | 'parse' | 'fn';
  readonly expr?: string;
  readonly obj?: unknown;
  readonly operand?: object;
  readonly strict?: boolean;
  readonly result?: unknown;
  readonly error?: string;
}

const cases = isPresent ? (parseJson(readFileSync(join(FOLDER, 'expressions.json'), 'utf8')) as Case[]) : [];
const readsClock = (text: string) => /FN\.(now|utcnow|today|wall_clock|uuid4)\(/.test(text);

/** The tags of the recording: datetimes, durations, tuples, maps with keys that are no strings. */
function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const { $datetime, $timedelta, $tuple, $map } = value as Record<string, any>;
  if ($datetime !== undefined) return Temporal.PlainDateTime.from($datetime);
  if ($timedelta !== undefined) return new TimeDelta(Number($timedelta) * 1e6);
  if ($tuple !== undefined) return decode($tuple);
  if ($map !== undefined)
    return Object.fromEntries($map.map(([key, item]: [unknown, unknown]) => [String(key), decode(item)]));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item)]));
}

/** Dates have no own fields for `toEqual` to look at. */
function legible(value: unknown): unknown {
  if (value instanceof Temporal.PlainDateTime) return `datetime ${value}`;
  if (Array.isArray(value)) return value.map(legible);
  if (typeof value !== 'object' || value === null || 'microseconds' in value) return value;
  const parent = Object.getPrototypeOf(value);
  if (parent !== null && parent !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, legible(item)]));
}

function run(each: Case): unknown {
  const scope = { ...(decode(each.operand ?? {}) as object), ...(each.strict ? { strict: true } : {}) };
  if (each.kind === 'parse') return parseExpression(each.expr!);
  const loop = (each.result as { $iter?: [string, unknown] } | undefined)?.$iter;
  if (loop !== undefined) {
    const name = loop[0].slice(1);
    return {
      $iter: [
        loop[0],
        compileIterators(`\${{ ${each.expr} }}`)
          .items(scope)
          .map((round) => (round as any)[name]),
      ],
    };
  }
  return compileTemplate(each.kind === 'template' ? each.obj : `\${{${each.expr}}}`).evaluate(scope);
}

describe.skipIf(!isPresent)('recorded evaluations of the original (../shared/conformance)', () => {
  const mine = cases.filter(({ kind }) => kind !== 'fn');
  const comparable = mine.filter(({ expr, obj }) => !readsClock(expr ?? JSON.stringify(obj)));

  test('all but two of them can be compared; those read the clock', () => {
    expect([mine.length, comparable.length]).toEqual([182, 180]);
  });

  test.each(
    comparable.map((each, at) => [`${at} ${(each.expr ?? JSON.stringify(each.obj)).slice(0, 90)}`, each] as const),
  )('%s', (_, each) => {
    if (each.error !== undefined) expect(() => run(each)).toThrow();
    else expect(legible(run(each))).toEqual(legible(decode(each.result)));
  });
});

describe.skipIf(!isPresent)('the public templates (../shared/conformance/templates)', () => {
  test('every expression in them parses', () => {
    const folder = join(FOLDER, 'templates');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yml'));
    let count = 0;
    for (const file of files) {
      const { value } = parseYaml(readFileSync(join(folder, file), 'utf8'), file);
      for (const text of strings(value)) {
        for (const part of splitString(text)) {
          if (part.kind === 'text') continue;
          parseExpression(part.source);
          count += 1;
        }
      }
    }
    expect(count).toBeGreaterThan(2_500);
  });
});

function* strings(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) yield* strings(item);
}
